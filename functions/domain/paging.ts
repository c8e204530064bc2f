/** How many of a kind one answer holds. */
import Type from 'typebox';

export const DEFAULT_LIMIT = 50;

export const Limit = Type.Integer({ minimum: 1, maximum: 200, default: DEFAULT_LIMIT, examples: [DEFAULT_LIMIT] });
