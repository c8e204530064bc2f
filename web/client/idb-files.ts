/** Bytes in a browser's IndexedDB, shared by all tabs of the origin, with Web Locks for who is busy with which. */
import type { FileStore } from './file-store.js';

const STORE = 'files';

/** As much of `navigator.locks` as is used here; absent away from localhost without TLS. */
type Locks = Pick<LockManager, 'request'>;

export function idbFiles(indexedDB: IDBFactory, locks?: Locks, name = 'minitelegram'): FileStore {
  let opened: Promise<IDBDatabase> | undefined;

  function open(): Promise<IDBDatabase> {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    return settled(request);
  }

  async function run<Result>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<Result>) {
    opened ??= open();
    const database = await opened.catch(thrown => {
      opened = undefined;
      throw thrown;
    });
    return settled(ask(database.transaction(STORE, mode).objectStore(STORE)));
  }

  return {
    put: async (key, bytes) => void (await run('readwrite', store => store.put(bytes, key))),
    get: key => run<Blob | undefined>('readonly', store => store.get(key)),
    delete: async key => void (await run('readwrite', store => store.delete(key))),
    claim: key => (locks ? lockedBy(locks, `${name}/${key}`) : Promise.resolve(() => {})),
  };
}

const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Until it is given up, or the tab is gone. */
const lockedBy = (locks: Locks, name: string): Promise<(() => void) | undefined> =>
  new Promise((resolve, reject) => {
    const held = locks.request(
      name,
      { ifAvailable: true },
      lock =>
        new Promise<void>(release => {
          resolve(lock ? release : undefined);
          if (!lock) release();
        }),
    );
    held.catch(reject);
  });
