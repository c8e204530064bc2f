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

export function linksIn(text: string): readonly Link[] {
  return (finder.match(text) ?? []).flatMap(({ index, lastIndex, raw, schema }) => {
    const bare = schema === '';
    if (bare && !/^www\./i.test(raw)) return [];
    const href = webAddress(bare ? `https://${raw}` : raw);
    return href === undefined ? [] : [{ from: index, to: lastIndex, href }];
  });
}

/** Where a text leads that is said to be a link: to the web, or nowhere. */
export const addressOf = (text: string): string | undefined =>
  webAddress(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);

function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  return protocol === 'http:' || protocol === 'https:' ? href : undefined;
}
