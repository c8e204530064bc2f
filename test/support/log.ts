/** A log that remembers what it was told, for tests that ask. */
import type { Log } from '#runtime/contract/function.js';

export interface Line {
  readonly level: keyof Log;
  readonly fields: object;
  readonly message: string;
}

export function memoryLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: keyof Log) => (fields: object, message: string) => void lines.push({ level, fields, message });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
