/** What a group may be called. */
import { text } from '../domain/text.js';

export const Title = text(1, 128);
