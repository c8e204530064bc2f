/** Telling ids from other texts, where no schema has done so yet. */
import { Check } from 'typebox/value';
import { Id } from './text.js';

export const isId = (text: string): boolean => Check(Id, text);
