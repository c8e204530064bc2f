/** The links in a text: what begins with http://, https:// or www., whatever its case, as far as it is an address. */
import { LinkifyIt } from 'linkify-it';

/** From where to where it stands in the text, and where it leads: to the web, and nowhere else. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly href: string;
}

// Without a scheme it would find `//a.org`, files such as `main.py`, and mail addresses.
const finder = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: false })
  .add('//', null)
  .add('ftp:', null)
  .add('mailto:', null);

/** What the server takes for links: some of it is no address, and leads nowhere. */
export function likeLinksIn(text: string): readonly (Omit<Link, 'href'> & { readonly url: string })[] {
  return (finder.match(text) ?? []).flatMap(({ index: from, lastIndex: to, raw, schema }) => {
    if (schema !== '') return [{ from, to, url: raw }];
    return /^www\./i.test(raw) ? [{ from, to, url: `https://${raw}` }] : [];
  });
}

export const linksIn = (text: string): readonly Link[] =>
  likeLinksIn(text).flatMap(({ from, to, url }) => {
    const href = webAddress(url);
    return href === undefined ? [] : [{ from, to, href }];
  });

/** Where a text leads that is said to be a link: to the web, or nowhere. */
export const addressOf = (text: string): string | undefined =>
  webAddress(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);

function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  return protocol === 'http:' || protocol === 'https:' ? href : undefined;
}
