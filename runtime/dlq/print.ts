/**
 * How dead letters look: a table for people, JSON lines for programs. Nothing in them reaches a terminal as anything
 * but text, since whoever can publish could otherwise speak to the operator's terminal.
 */
import { isUtf8 } from 'node:buffer';
import type { DeadLetter } from '../drivers/amqp/dead-letters.js';

export interface Row {
  readonly [column: string]: string | number | object | undefined;
}

/** Enough to recognize a message, and little enough for a line. */
const TABLE_BODY = 120;
const LINE_BODY = 2_000;

/** Control characters, and those that are not seen but change what is: in the notation of JSON. */
const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, found =>
    found
      .split('')
      .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );

export const jsonLine = (row: object): string => `${visible(JSON.stringify(row))}\n`;

export function table(columns: readonly string[], rows: readonly Row[]): string {
  const lines = [columns, ...rows.map(row => columns.map(column => visible(String(row[column] ?? '-'))))];
  const widths = columns.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)));
  return lines
    .map(
      line =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** `whole`, or with as much of its body as is shown; in a table without its properties. */
export function letterRow(letter: DeadLetter, shown: 'table' | 'line' | 'whole'): Row {
  const { at, queue, reason, body, properties, headers } = letter;
  const text = isUtf8(body) ? body.toString() : undefined;
  const most = shown === 'whole' ? Number.POSITIVE_INFINITY : shown === 'table' ? TABLE_BODY : LINE_BODY;
  const fullBody = text ?? body.toString('base64');
  return {
    at,
    queue,
    reason,
    ...(shown !== 'table' && { properties, headers }),
    ...(text === undefined && { encoding: 'base64' }),
    body: fullBody.length > most ? `${fullBody.slice(0, most)}… (${body.length} bytes)` : fullBody,
  };
}
