/**
 * The formatting of a message that is edited as plain text: it stays with the words that it is on. What the server finds in
 * a text by itself (links, names, tags, commands) is found anew, as the words may be others now.
 */
import type { Entity } from '../client/shapes.js';
import { likeLinksIn } from './links.js';

/** As the server has it: no more of a message. */
const MOST = 100;
const NAME = /^@[A-Za-z0-9_]{3,32}$/;

/** What somebody has given the text, which is not found in it. */
const isGiven = ({ type, url, offset, length }: Entity, body: string): boolean => {
  if (type === 'link') return url !== undefined;
  if (type === 'mention') return !NAME.test(body.slice(offset, offset + length));
  return type !== 'hashtag' && type !== 'command';
};

export const givenIn = (body: string, entities: readonly Entity[] = []): readonly Entity[] =>
  entities.filter(each => isGiven(each, body));

/**
 * Where the entities are after a change of the text, of which one stretch was replaced by another. What is written within
 * one is part of it, what is written next to it is not.
 */
export function moved(entities: readonly Entity[], before: string, after: string): readonly Entity[] {
  const { from, to, by } = replaced(before, after);
  return entities.flatMap(entity => {
    const { offset, length } = entity;
    const end = offset + length;
    const isAround = offset < from || (offset === from && from < to && end >= to);
    const first = isAround ? offset : Math.max(offset, to) + by;
    const last = end <= from ? end : end >= to ? end + by : from;
    return last > first ? [{ ...entity, offset: first, length: last - first }] : [];
  });
}

/** From where to where the text was replaced, and by how much longer it is: of whole characters. */
function replaced(before: string, after: string): { from: number; to: number; by: number } {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from += 1;
  if (isHalf(before, from) || isHalf(after, from)) from -= 1;
  let same = 0;
  while (same < most - from && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  if (isHalf(before, before.length - same) || isHalf(after, after.length - same)) same -= 1;
  return { from, to: before.length - same, by: after.length - before.length };
}

/** Whether the place is in the middle of a character. */
const isHalf = (text: string, at: number): boolean => /^[\uDC00-\uDFFF]/.test(text.slice(at, at + 1));

// As the server finds them: a word that begins with a sign, which stands at the beginning of a word.
const SIGNED = [
  ['mention', /(?<![\p{XID_Continue}@#/&])@[A-Za-z0-9_]{3,32}(?![\p{XID_Continue}@/])/gu],
  [
    'hashtag',
    /(?<![\p{XID_Continue}@#/&])#(?=[\p{N}_]*\p{L})[\p{XID_Continue}\u200C]+(?![\p{XID_Continue}\u200C@#])/gu,
  ],
  ['command', /(?<=^|\s)\/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?![\p{XID_Continue}@/])/gu],
] as const;

/** What the server would find in the text. */
export function foundIn(body: string): readonly Entity[] {
  const links = likeLinksIn(body).map(({ from, to }): Entity => ({ type: 'link', offset: from, length: to - from }));
  const signed = SIGNED.flatMap(([type, form]) =>
    Array.from(body.matchAll(form), ({ index, 0: { length } }): Entity => ({ type, offset: index, length })),
  );
  return [...links, ...signed.filter(each => !links.some(link => overlap(each, link)))];
}

/** What a text is said to be whose formatting is given: that, and what is found beside it. Undefined: the server finds all. */
export function entitiesWith(given: readonly Entity[], body: string): readonly Entity[] | undefined {
  if (given.length === 0) return undefined;
  const fits = (each: Entity) => given.every(one => !overlap(one, each) || mayNest(one, each));
  return [...given, ...foundIn(body).filter(fits)]
    .sort((a, b) => a.offset - b.offset || b.length - a.length)
    .slice(0, MOST);
}

const endOf = ({ offset, length }: Entity): number => offset + length;
const overlap = (one: Entity, other: Entity): boolean => endOf(one) > other.offset && one.offset < endOf(other);
const isIn = (one: Entity, other: Entity): boolean => one.offset >= other.offset && endOf(one) <= endOf(other);

/** Nothing is found in code, and no link or name in another. */
const mayNest = (given: Entity, found: Entity): boolean =>
  !['code', 'pre', 'link', 'mention'].includes(given.type) && (isIn(found, given) || isIn(given, found));
