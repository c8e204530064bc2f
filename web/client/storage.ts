/**
 * Where a client keeps what must outlive it: the session's tokens and the messages that are not acknowledged yet.
 * Clients of one person on one device (tabs) share a storage, and with it the session.
 */
export interface Storage {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  delete(key: string): void;
  keys(): readonly string[];
  /**
   * Runs `work` while nobody else who shares this storage runs theirs, as far as that can be had: whoever waits for too long
   * goes on all the same. Settles as `work` does.
   */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Calls with the key that somebody else who shares this storage has changed. Answers with what ends that. */
  watch(listener: (key: string) => void): () => void;
}

/** What is kept under keys that begin like this. */
export const storedIn = <Entry>(storage: Storage, prefix: string): Entry[] =>
  storage
    .keys()
    .filter(key => key.startsWith(prefix))
    .map(key => JSON.parse(storage.get(key) ?? 'null') as Entry | null)
    .filter(entry => entry !== null);

/** Keeps everything for as long as the process lives. `share` is the same storage for one more client. */
export interface MemoryStorage extends Storage {
  share(): MemoryStorage;
}

type Listener = (key: string) => void;

export function memoryStorage(): MemoryStorage {
  const values = new Map<string, string>();
  const everybody: Set<Listener>[] = [];
  const exclusively = turns();

  function share(): MemoryStorage {
    const own = new Set<Listener>();
    everybody.push(own);
    const tell = (key: string) => {
      for (const listeners of everybody) if (listeners !== own) for (const listener of listeners) listener(key);
    };
    return {
      get: key => values.get(key),
      set: (key, value) => {
        values.set(key, value);
        tell(key);
      },
      delete: key => {
        if (values.delete(key)) tell(key);
      },
      keys: () => [...values.keys()],
      exclusively,
      watch: listener => {
        own.add(listener);
        return () => own.delete(listener);
      },
      share,
    };
  }
  return share();
}

/** One after the other, in the order in which they came. */
export function turns(): Storage['exclusively'] {
  let last: Promise<unknown> = Promise.resolve();
  return work => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
