/** The link of a message that a preview is made of. */
import type { Entity } from './entities.js';

interface Said {
  readonly body: string;
  readonly entities?: readonly Entity[];
}

const LONGEST = 2_048;
/** What is covered, or shown as it is written, is not looked up. */
const COVERS: readonly Entity['type'][] = ['spoiler', 'code', 'pre'];

/** Where the first link leads: to the web. Undefined where there is none, where it leads elsewhere, and where it is covered. */
export function firstLink({ body, entities = [] }: Said): string | undefined {
  const link = entities.find(({ type }) => type === 'link');
  if (!link || entities.some(each => COVERS.includes(each.type) && isWithin(link, each))) return undefined;
  const text = link.url ?? body.slice(link.offset, link.offset + link.length);
  const url = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  return /^https?:\/\/[^\s/]/i.test(url) && url.length <= LONGEST ? url : undefined;
}

const isWithin = (one: Entity, other: Entity): boolean =>
  one.offset >= other.offset && one.offset + one.length <= other.offset + other.length;
