/** Tabs share a storage, hear each other's changes and take turns, with Web Locks and without. */
import { expect } from 'chai';
import { turns } from '../../../web/client/storage.js';
import { type Browser, webStorage } from '../../../web/client/web-storage.js';
import { settled } from '../support/fake-clock.js';

type Listener = (event: { readonly key: string | null }) => void;

/** A browser's window as each tab has it: one localStorage, and events of what the others do to it. */
function browser(locks?: Browser['locks']) {
  const values = new Map<string, string>();
  const tabs: Set<Listener>[] = [];
  return {
    values,
    tab(): Browser {
      const own = new Set<Listener>();
      tabs.push(own);
      const tell = (key: string) => {
        for (const listeners of tabs) if (listeners !== own) for (const listener of listeners) listener({ key });
      };
      const localStorage = {
        get length() {
          return values.size;
        },
        key: (index: number) => [...values.keys()][index] ?? null,
        getItem: (key: string) => values.get(key) ?? null,
        setItem: (key: string, value: string) => {
          values.set(key, value);
          tell(key);
        },
        removeItem: (key: string) => {
          values.delete(key);
          tell(key);
        },
      };
      return {
        localStorage,
        locks,
        addEventListener: (_type, listener) => own.add(listener),
        removeEventListener: (_type, listener) => own.delete(listener),
      };
    },
    clear: () => {
      values.clear();
      for (const listeners of tabs) for (const listener of listeners) listener({ key: null });
    },
  };
}

describe('storage in a browser', () => {
  it('keeps to its own keys', () => {
    const { values, tab } = browser();
    values.set('somebody else’s', 'x');
    const storage = webStorage(tab());
    storage.set('a', '1');
    storage.set('b', '2');
    storage.delete('b');
    expect(storage.keys()).to.deep.equal(['a']);
    expect([storage.get('a'), storage.get('b'), storage.get('somebody else’s')]).to.deep.equal([
      '1',
      undefined,
      undefined,
    ]);
    expect([...values.keys()]).to.deep.equal(['somebody else’s', 'minitelegram/a']);
  });

  it('tells of what other tabs do', () => {
    const { values, tab, clear } = browser();
    const [one, two] = [webStorage(tab()), webStorage(tab())];
    const heard: string[] = [];
    const stop = two.watch(key => heard.push(key));
    one.set('a', '1');
    two.set('b', '2');
    values.set('foreign', 'x');
    one.delete('a');
    expect(heard).to.deep.equal(['a', 'a']);
    clear();
    expect(heard.slice(2), 'everything was cleared').to.deep.equal(['session']);
    stop();
    one.set('a', '3');
    expect(heard).to.have.length(3);
  });

  const inTurn = turns();
  const withLocks = {
    request: <Result>(_name: string, _options: { signal: AbortSignal }, work: () => Promise<Result>) => inTurn(work),
  };

  it('goes on without the turn of a tab that is frozen, or where locks are denied', async () => {
    const denied = { request: () => Promise.reject(new DOMException('not here', 'SecurityError')) };
    const frozen = {
      request: (_name: string, { signal }: { signal: AbortSignal }) => {
        expect(signal.aborted, 'it is waited for, at first').to.equal(false);
        return Promise.reject(new DOMException('waited for too long', 'TimeoutError'));
      },
    };
    for (const locks of [denied, frozen]) {
      const tab = webStorage(browser(locks).tab());
      expect(await tab.exclusively(async () => 'done')).to.equal('done');
    }
  });

  for (const [how, locks] of [
    ['with Web Locks', withLocks],
    ['without', undefined],
  ] as const) {
    it(`lets tabs take turns, ${how}`, async () => {
      const { tab } = browser(locks);
      const tabs = Array.from({ length: 4 }, () => webStorage(tab()));
      let inside = 0;
      const done: number[] = [];
      const work = (number: number) => async () => {
        inside += 1;
        expect(inside).to.equal(1);
        for (let moment = 0; moment < 5; moment++) await settled();
        inside -= 1;
        done.push(number);
        if (number === 2) throw new Error('two fails');
        return number;
      };
      const results = await Promise.allSettled(tabs.map((each, number) => each.exclusively(work(number))));
      expect(done.sort()).to.deep.equal([0, 1, 2, 3]);
      expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    });
  }
});
