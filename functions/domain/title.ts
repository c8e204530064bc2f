/** What a group may be called. */
import { text } from './text.js';
import { visibleName } from './visible.js';

export const Title = text(1, 128, { examples: ['Climbers'] });

/** Throws Failure `invalid` for one that cannot be seen, or is no line. */
export const titleOf = (title: string): string => visibleName(title, '/title', 'the title');
