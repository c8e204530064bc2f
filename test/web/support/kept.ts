/** What a browser keeps of somebody who has signed up or in there, by the client library and without a browser. */
import { type Account, createAccount } from '../../../web/client/account.js';
import { systemClock } from '../../../web/client/clock.js';
import { createRest } from '../../../web/client/rest.js';
import { webStorage } from '../../../web/client/web-storage.js';
import { createWire } from '../../../web/client/wire.js';

/** The entries of localStorage. */
export type Kept = Readonly<Record<string, string>>;

export async function keptAfter(url: string, enter: (account: Account) => Promise<void>): Promise<Kept> {
  const entries = new Map<string, string>();
  const localStorage = {
    get length() {
      return entries.size;
    },
    key: (index: number) => [...entries.keys()][index] ?? null,
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  };
  const storage = webStorage({ localStorage, addEventListener: () => {}, removeEventListener: () => {} });
  const rest = createRest({ url, wire: createWire(systemClock) });
  await enter(createAccount({ rest, storage, clock: systemClock }));
  return Object.fromEntries(entries);
}
