/** What the server finds in a text that comes without entities: links, and what begins with `@`, `#` or `/`. */
import { LinkifyIt } from 'linkify-it';
import { type Entity, MOST_ENTITIES } from './entities.js';

/** Nothing is found in a text without one of these, and most have none. */
const SIGN = /[@#/]|www\./i;
const ADDRESS = /:\/\/|www\./i;

// The page finds links by the same rule (web/app/links.ts), and a test holds the two together. Without a scheme this would
// find `//a.org`, files such as `main.py`, and mail addresses.
const finder = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: false })
  .add('//', null)
  .add('ftp:', null)
  .add('mailto:', null);

// A word that begins with a sign, which stands at the beginning of a word, too: not in a mail address, a path or a fraction.
const SIGNED = [
  ['mention', /(?<![\p{XID_Continue}@#/&])@[A-Za-z0-9_]{3,32}(?![\p{XID_Continue}@/])/gu],
  [
    'hashtag',
    /(?<![\p{XID_Continue}@#/&])#(?=[\p{N}_]*\p{L})[\p{XID_Continue}\u200C]+(?![\p{XID_Continue}\u200C@#])/gu,
  ],
  ['command', /(?<=^|\s)\/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?![\p{XID_Continue}@/])/gu],
] as const;

/** The first `MOST_ENTITIES`. None overlap, and a mention is of whom its name may mean. */
export function findEntities(body: string): readonly Entity[] {
  if (!SIGN.test(body)) return [];
  const links = ADDRESS.test(body) ? linksIn(body) : [];
  const signed = SIGNED.flatMap(([type, form]) =>
    Array.from(body.matchAll(form), ({ index, 0: { length } }): Entity => ({ type, offset: index, length })),
  );
  const apart = signed.filter(each => !links.some(link => endOf(each) > link.offset && each.offset < endOf(link)));
  return [...links, ...apart].sort((a, b) => a.offset - b.offset).slice(0, MOST_ENTITIES);
}

const endOf = ({ offset, length }: Entity): number => offset + length;

const linksIn = (body: string): Entity[] =>
  (finder.match(body) ?? []).flatMap(({ index, lastIndex, raw, schema }) =>
    schema === '' && !/^www\./i.test(raw) ? [] : [{ type: 'link' as const, offset: index, length: lastIndex - index }],
  );
