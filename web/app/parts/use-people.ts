/** The people that a search finds, asked for when the typing pauses. */
import { useEffect, useState } from 'preact/hooks';
import type { Person } from '../../client/shapes.js';
import { client } from '../model.js';
import { wordsOf } from '../words.js';

const PAUSE_MS = 200;
const LONGEST = 64;

interface Search {
  /** Undefined until an answer is there. */
  readonly found?: readonly Person[];
  /** Why there is none. */
  readonly fault?: string;
}

/**
 * Until the answer for these words is there, only those of the answer before are shown whose names fit: nobody else can
 * be taken for who is searched for.
 */
export function usePeople(query: string): Search & { readonly pending: boolean } {
  const wanted = [...query.trim().replace(/^@/, '')].slice(0, LONGEST).join('');
  const [last, setLast] = useState<Search & { readonly wanted: string }>({ wanted: '' });
  useEffect(() => {
    let current = true;
    if (wanted === '') {
      setLast({ wanted });
      return;
    }
    const timer = setTimeout(() => {
      client.findPeople(wanted).then(
        found => current && setLast({ wanted, found }),
        thrown => current && setLast({ wanted, fault: wordsOf(thrown) }),
      );
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted]);
  if (last.wanted === wanted) return { ...last, pending: false };
  const fitting = last.found?.filter(person => fits(person, wanted)) ?? [];
  return { ...(wanted !== '' && fitting.length > 0 && { found: fitting }), pending: wanted !== '' };
}

const fits = ({ username, displayName }: Person, wanted: string): boolean =>
  [username, displayName].some(name => name.toLocaleLowerCase().includes(wanted.toLocaleLowerCase()));
