/** The people that a search finds, asked for when the typing pauses. */
import { useEffect, useState } from 'preact/hooks';
import type { Person } from '../../client/shapes.js';
import { client } from '../model.js';
import { wordsOf } from '../words.js';

const PAUSE_MS = 200;
const LONGEST = 64;

interface Search {
  /** Undefined until the first answer is there. */
  readonly found?: readonly Person[];
  /** Why there is none. */
  readonly fault?: string;
}

export function usePeople(query: string): Search {
  const [search, setSearch] = useState<Search>({});
  useEffect(() => {
    let current = true;
    const wanted = [...query.trim().replace(/^@/, '')].slice(0, LONGEST).join('');
    if (wanted === '') {
      setSearch({});
      return;
    }
    const timer = setTimeout(() => {
      client.findPeople(wanted).then(
        found => current && setSearch({ found }),
        thrown => current && setSearch({ fault: wordsOf(thrown) }),
      );
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query]);
  return search;
}
