/**
 * However what is told gets lost, late or doubled, and whatever the devices' clocks say, the devices of one user end with the
 * own state that the server has, and no draft comes back that was sent.
 */
import { expect } from 'chai';
import { createCell } from '../../../web/client/cell.js';
import { createDrafts } from '../../../web/client/drafts.js';
import type { Drafts } from '../../../web/client/kept-drafts.js';
import { createOwn, type OwnChange } from '../../../web/client/own-state.js';
import { Refusal } from '../../../web/client/refusal.js';
import type { OwnDraft, OwnState } from '../../../web/client/shapes.js';
import { createStore, type Pending } from '../../../web/client/state.js';
import { memoryStorage } from '../../../web/client/storage.js';
import { mulberry32 } from '../../support/mulberry32.js';
import { type FakeClock, fakeClock } from '../support/fake-clock.js';

/** A server with one chat, as the table has it: the later draft wins, and what is sent takes those up to its time. */
function table(tell: (state: OwnState) => void) {
  let [note, pinned, mark] = [0, false, ''];
  let draft: OwnDraft | undefined;
  const state = (): OwnState => ({ chatId: 'chat', rev: note, ...(pinned && { pinned }), ...(draft && { draft }) });
  const changed = (): void => {
    note += 1;
    tell(state());
  };
  return {
    state,
    patch(change: OwnChange): OwnState {
      const before = JSON.stringify(state());
      if (change.pinned !== undefined) pinned = change.pinned;
      const { draft: given } = change;
      if (given && given.at > mark) {
        mark = given.at;
        const { body, replyTo, at } = given;
        draft = body === '' ? undefined : { body, at, ...(replyTo && { replyTo }) };
      }
      if (JSON.stringify(state()) !== before) changed();
      return state();
    },
    store(draftAt: string | undefined): void {
      if (draftAt === undefined || mark > draftAt) return;
      mark = draftAt;
      if (!draft) return;
      draft = undefined;
      changed();
    },
  };
}

/** With a clock that is ahead or behind by so much, and a line that is slow, and down at times. */
function device(clock: FakeClock, skew: number, server: ReturnType<typeof table>, below: (count: number) => number) {
  const store = createStore();
  const cell = createCell<Drafts>({});
  const away = new Refusal('unavailable', 'away');
  const after = (ms: number) => new Promise<void>(done => clock.later(ms, done));
  const the = { calm: false, sent: 0 };
  store.change({ link: 'online' });
  const patch = async (_chatId: string, change: OwnChange): Promise<OwnState> => {
    await after(below(400));
    const fails = the.calm ? 9 : below(10);
    if (fails === 0) throw away;
    const state = server.patch(change);
    await after(below(400));
    if (fails === 1) throw away;
    return state;
  };
  const own = createOwn({ store, patch, taken: state => drafts.heard(state), load: () => {} });
  const local = { ...clock, now: () => clock.now() + skew };
  const drafts = createDrafts({ userId: 'ann', storage: memoryStorage(), cell, store, clock: local, set: own.set });
  const outbox = (change: (all: readonly Pending[]) => readonly Pending[]) =>
    store.change({ outbox: change(store.state.outbox) });
  return {
    ...{ own, drafts, the, store },
    held: () => cell.value.chat,
    /** Sends what is written, as the messenger does. */
    async send(): Promise<void> {
      const draftAt = drafts.take('chat');
      const clientId = `${++the.sent}`;
      const entry = { clientId, chatId: 'chat', body: '', replyTo: null, at: '', state: 'sending' } as const;
      outbox(all => [...all, { ...entry, ...(draftAt !== undefined && { draftAt }) }]);
      await after(below(800));
      server.store(draftAt);
      await after(below(400));
      outbox(all => all.filter(each => each.clientId !== clientId));
    },
    async sync(): Promise<void> {
      const { note } = own;
      await after(below(400));
      const state = server.state();
      own.synced({ note: state.rev, chats: state.rev > note ? [state] : [], more: false });
    },
  };
}

async function play(seed: number): Promise<void> {
  const random = mulberry32(seed);
  const below = (count: number) => Math.floor(random() * count);
  const clock = fakeClock();
  const sent = new Set<string>();
  const hear = (state: OwnState): void => {
    for (const each of devices) {
      const copies = random() < 0.25 ? 0 : random() < 0.2 ? 2 : 1;
      for (let copy = 0; copy < copies; copy++)
        clock.later(below(600), () => each.own.heard({ note: state.rev, chats: [state] }));
    }
  };
  const server = table(hear);
  const devices = [0, below(10_000) - 5_000, below(10_000) - 5_000].map(skew => device(clock, skew, server, below));
  for (let turn = 0; turn < 60; turn++) {
    const one = devices[below(devices.length)]!;
    const what = below(10);
    if (what < 5) one.drafts.write('chat', { body: `words ${turn}`, replyTo: null });
    else if (what === 5) one.drafts.write('chat', { body: '', replyTo: null });
    else if (what === 6) {
      const body = one.held()?.body;
      if (body) {
        sent.add(body);
        void one.send();
      }
    } else if (what === 7) one.own.set('chat', { pinned: random() < 0.5 }).catch(() => undefined);
    else if (what === 8 && one.own.behind) void one.sync();
    await clock.pass(below(1_500));
  }
  for (const each of devices) each.the.calm = true;
  for (let round = 0; round < 3; round++) {
    await clock.pass(30_000);
    for (const { sync, drafts } of devices) {
      void sync();
      drafts.flush();
    }
  }
  await clock.pass(30_000);
  const now = server.state();
  for (const { held, own, store } of devices) {
    const draft = held();
    expect(own.behind, `seed ${seed}: nothing is missing`).to.equal(false);
    expect(store.state.own.chat?.pinned, `seed ${seed}: pinned`).to.equal(now.pinned);
    // What one of them wrote when a later one had been sent from elsewhere stays with it.
    if (draft?.state !== 'alone') expect(draft?.body, `seed ${seed}: the draft`).to.equal(now.draft?.body);
    expect(sent.has(draft?.state === 'alone' ? '' : (draft?.body ?? '')), `seed ${seed}: sent before`).to.equal(false);
  }
}

describe('own state on several devices', () => {
  it('ends as the server has it, and what was sent is no draft again', async () => {
    for (let seed = 1; seed <= 150; seed++) await play(seed);
  });
});
