/** What pages say of themselves, in all the ways in which they do. */
import { Parser } from 'htmlparser2';
import { LONGEST, type Preview } from './preview.js';
import type { Writable } from './writable.js';

/** By what is shown, the names that pages have for it, the best first: Open Graph, Twitter's cards, HTML. */
const NAMES = {
  title: ['og:title', 'twitter:title', 'title'],
  description: ['og:description', 'twitter:description', 'description'],
  siteName: ['og:site_name', 'application-name'],
} as const;
const WANTED: ReadonlySet<string> = new Set(Object.values(NAMES).flat());

/** The parser looks through all open elements for what each end closes: a page with more of them is no page. */
const DEEPEST = 256;
const PIECE = 4_096;

/** Undefined where the page says nothing. */
export function previewOf(url: string, html: string): Preview | undefined {
  const said = saidIn(html);
  const preview: Writable<Preview> = { url };
  for (const member of ['title', 'description', 'siteName'] as const) {
    const words = NAMES[member].map(name => cleaned(said.get(name) ?? '', LONGEST[member])).find(each => each !== '');
    if (words !== undefined) preview[member] = words;
  }
  if (preview.description === preview.title) delete preview.description;
  return preview.title === undefined && preview.description === undefined ? undefined : preview;
}

/** The first of each. */
function saidIn(html: string): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  const say = (name: string, words: string) => {
    if (WANTED.has(name) && words.trim() !== '' && !said.has(name)) said.set(name, words);
  };
  const open: string[] = [];
  let title = '';
  const parser = new Parser({
    onopentag(name, { property, name: called, content = '' }) {
      open.push(name);
      if (name === 'meta') say((property ?? called ?? '').trim().toLowerCase(), content);
    },
    ontext(words) {
      // Drawings have titles, too.
      if (open.at(-1) === 'title' && !open.includes('svg')) title += words;
    },
    onclosetag(name) {
      open.pop();
      if (name === 'title') say(name, title);
    },
  });
  for (let at = 0; at < html.length && open.length <= DEEPEST; at += PIECE) parser.write(html.slice(at, at + PIECE));
  return said;
}

/** On one line, without what is not seen: controls, what turns the direction of a text, halves of characters. */
function cleaned(words: string, longest: number): string {
  const line = words
    .replace(/[\p{Cs}\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const points = [...line.slice(0, longest * 2 + 2)];
  return points.length <= longest
    ? line
    : `${points
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`;
}
