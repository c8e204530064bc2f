/** A place in a list of chats, as clients carry it: opaque to them, and checked when it comes back. */

import { Failure } from 'function-runtime';
import Type from 'typebox';
import { isId } from './id.js';
import { SAMPLE } from './text.js';
import { normalTime } from './time.js';

export const Cursor = Type.String({
  maxLength: 128,
  description: 'Where the page before ended, as it was answered',
  examples: [`2026-01-02T03:04:05.678Z_${SAMPLE.chat}`],
});

interface Place {
  readonly activeAt: string;
  readonly id: string;
}

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)_(.+)$/;

export const writeCursor = ({ activeAt, id }: Place): string => `${activeAt}_${id}`;

/** Throws `invalid` for anything that `writeCursor` cannot have written. */
export function readCursor(cursor: string): Place {
  const [, time = '', id = ''] = FORM.exec(cursor) ?? [];
  const activeAt = normalTime(time);
  if (activeAt === undefined || !isId(id)) {
    const message = 'not a cursor of this list';
    throw new Failure('invalid', message, { errors: [{ path: '/cursor', message }] });
  }
  return { activeAt, id };
}
