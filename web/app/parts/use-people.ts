/** The people that a search finds, asked for when the typing pauses. */
import { useEffect, useState } from 'preact/hooks';
import type { Person } from '../../client/shapes.js';
import { client } from '../model.js';
import { complain } from '../overlays.js';

const PAUSE_MS = 200;
const LONGEST = 64;

/** Undefined until the first answer is there. */
export function usePeople(query: string): readonly Person[] | undefined {
  const [found, setFound] = useState<readonly Person[] | undefined>(undefined);
  useEffect(() => {
    let current = true;
    const wanted = query.trim().replace(/^@/, '').slice(0, LONGEST);
    if (wanted === '') {
      setFound(undefined);
      return;
    }
    const timer = setTimeout(() => {
      client.findPeople(wanted).then(people => current && setFound(people), complain);
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query]);
  return found;
}
