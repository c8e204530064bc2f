/** Completing the name of somebody who is to be mentioned. */
import type { Person } from '../client/shapes.js';

/** What stands before the caret and may become a mention: where it begins, and what is written of the name. */
export interface Begun {
  readonly from: number;
  readonly wanted: string;
}

// As the server finds mentions: not within a word, a mail address or a path.
const BEGUN = /(?<![\p{XID_Continue}@#/&])@([\p{L}\p{N}_]{0,32})$/u;

export function begunAt(text: string, caret: number): Begun | undefined {
  const found = BEGUN.exec(text.slice(0, caret));
  return found ? { from: found.index, wanted: found[1] ?? '' } : undefined;
}

const MOST = 8;

/** Whose user name begins like this, and then who has a word like this in their name; each by name. */
export function fitting(people: readonly Person[], wanted: string): readonly Person[] {
  const begins = (text: string) => text.toLocaleLowerCase().startsWith(wanted.toLocaleLowerCase());
  const rank = ({ username, displayName }: Person) =>
    begins(username) ? 0 : displayName.split(/\s+/).some(begins) ? 1 : undefined;
  return people
    .flatMap(person => {
      const at = rank(person);
      return at === undefined ? [] : [{ person, at }];
    })
    .sort((a, b) => a.at - b.at || a.person.displayName.localeCompare(b.person.displayName))
    .slice(0, MOST)
    .map(({ person }) => person);
}
