/** Long texts as their beginning, length and hash: as good for comparing, and small enough to be kept by the thousand. */
import { createHash } from 'node:crypto';

const LONG = 1_000;
const KEPT = 40;

/** The same value, where nothing in it is that long; another one that is alike, where something is. */
export function abridged<Value>(value: Value): Value {
  if (typeof value === 'string') return (value.length > LONG ? digest(value) : value) as Value;
  if (Array.isArray(value)) {
    const items = value.map(abridged);
    return (items.some((item, place) => item !== value[place]) ? items : value) as Value;
  }
  if (typeof value !== 'object' || value === null) return value;
  let other: Record<string, unknown> | undefined;
  for (const [name, inner] of Object.entries(value)) {
    const short = abridged(inner);
    if (short !== inner) other = { ...(other ?? value), [name]: short };
  }
  return (other ?? value) as Value;
}

const digest = (text: string): string =>
  `${text.slice(0, KEPT)}… ${text.length} ${createHash('sha256').update(text).digest('base64')}`;
