/** What a group may be called. */
import { text } from './text.js';

export const Title = text(1, 128, { examples: ['Climbers'] });
