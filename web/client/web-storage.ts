/** A browser's storage: localStorage shared by all tabs of the origin, with Web Locks for taking turns. */
import { type Storage, turns } from './storage.js';

interface Locks {
  request<Result>(name: string, options: { signal: AbortSignal }, work: () => Promise<Result>): Promise<Result>;
}

/** As much of `window` as is used here. */
export interface Browser {
  readonly localStorage: {
    readonly length: number;
    key(index: number): string | null;
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
  };
  /** Absent away from localhost without TLS. */
  readonly locks?: Locks | undefined;
  addEventListener(type: 'storage', listener: (event: { readonly key: string | null }) => void): void;
  removeEventListener(type: 'storage', listener: (event: { readonly key: string | null }) => void): void;
}

/** `prefix` keeps what is stored here apart from what else the origin stores. */
export function webStorage(browser: Browser, prefix = 'minitelegram/'): Storage {
  const { localStorage, locks } = browser;
  const keys = () =>
    Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? '')
      .filter(key => key.startsWith(prefix))
      .map(key => key.slice(prefix.length));
  return {
    get: key => localStorage.getItem(prefix + key) ?? undefined,
    set: (key, value) => localStorage.setItem(prefix + key, value),
    delete: key => localStorage.removeItem(prefix + key),
    keys,
    exclusively: locks ? lockedBy(locks, `${prefix}turn`) : leases(browser, `${prefix}turn`),
    watch(listener) {
      const hear = ({ key }: { readonly key: string | null }) => {
        if (key?.startsWith(prefix)) listener(key.slice(prefix.length));
        // Everything was cleared.
        else if (key === null) for (const each of ['session', ...keys()]) listener(each);
      };
      browser.addEventListener('storage', hear);
      return () => browser.removeEventListener('storage', hear);
    },
  };
}

/** Who is not let go on for so long goes on without: a tab that the browser has frozen keeps its lock. */
function lockedBy(locks: Locks, name: string): Storage['exclusively'] {
  return async work => {
    let begun = false;
    const inTurn = () => {
      begun = true;
      return work();
    };
    try {
      return await locks.request(name, { signal: AbortSignal.timeout(LEASE_MS) }, inTurn);
    } catch (thrown) {
      if (begun) throw thrown;
      return work();
    }
  };
}

const LEASE_MS = 20_000;
/** As long as a write takes to be seen by the other tabs, and more. */
const SETTLE_MS = 60;

/** The same without Web Locks: whoever finds their own mark where they put it a moment ago has the turn. */
function leases({ localStorage }: Browser, key: string): Storage['exclusively'] {
  const inTurn = turns();
  const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
  const free = () => Number(localStorage.getItem(key)?.split(' ')[1] ?? 0) < Date.now();

  async function take(): Promise<string> {
    for (;;) {
      const mark = `${Math.random()} ${Date.now() + LEASE_MS}`;
      if (free()) {
        localStorage.setItem(key, mark);
        await pause(SETTLE_MS);
        if (localStorage.getItem(key) === mark) return mark;
      }
      await pause(SETTLE_MS * (1 + Math.random()));
    }
  }

  return work =>
    inTurn(async () => {
      const mark = await take();
      try {
        return await work();
      } finally {
        if (localStorage.getItem(key) === mark) localStorage.removeItem(key);
      }
    });
}
