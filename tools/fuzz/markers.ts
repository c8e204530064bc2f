/**
 * Random words that stand for somebody's data. Wherever one turns up, it says whose it is, so that everything which a
 * user is told can be searched for what is none of theirs.
 */
import { randomBytes } from 'node:crypto';

export type Circle = 'red' | 'blue';
/** An e-mail is its owner's alone; names are everybody's who searches; what a chat holds is its circle's. */
type Kind = 'mail' | 'name' | 'chat';

export interface Onlooker {
  readonly number: number;
  readonly circle: Circle;
}

const MARKER = /zqx_(mail|name|chat)_(red|blue)_(\d+)_/g;

export const marker = (kind: Kind, circle: Circle, number: number): string =>
  `zqx_${kind}_${circle}_${number}_${randomBytes(4).toString('hex')}`;

/** What is in the text and not for this one's eyes; without onlooker, for nobody's. */
export function leakIn(text: string, onlooker?: Onlooker, names: 'names may be told' | 'no names' = 'no names') {
  if (!text.includes('zqx_')) return undefined;
  for (const [found, kind, circle, number] of text.matchAll(MARKER)) {
    const own = onlooker !== undefined && Number(number) === onlooker.number;
    const allowed =
      own || (kind === 'name' && names === 'names may be told') || (kind === 'chat' && onlooker?.circle === circle);
    if (!allowed) return found;
  }
  return undefined;
}
