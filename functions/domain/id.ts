/** Telling ids from other texts, where a schema does not. */
import { Id } from './text.js';

const PATTERN = new RegExp(Id.pattern);

export const isId = (text: string): boolean => PATTERN.test(text);
