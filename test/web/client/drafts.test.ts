/** A draft is on all devices, the later one wins, and what is sent takes it along for good. */
import { expect } from 'chai';
import { createCell } from '../../../web/client/cell.js';
import { createDrafts } from '../../../web/client/drafts.js';
import type { Drafts } from '../../../web/client/kept-drafts.js';
import type { OwnChange } from '../../../web/client/own-state.js';
import { Refusal } from '../../../web/client/refusal.js';
import type { OwnDraft, OwnState } from '../../../web/client/shapes.js';
import { createStore, type Pending } from '../../../web/client/state.js';
import { memoryStorage } from '../../../web/client/storage.js';
import { fakeClock } from '../support/fake-clock.js';
import { message } from '../support/messages.js';

type Given = NonNullable<OwnChange['draft']>;

/** A device, and the server that it gives its drafts to. */
function stage(storage = memoryStorage()) {
  const clock = fakeClock();
  const store = createStore();
  const cell = createCell<Drafts>({});
  store.change({ link: 'online' });
  const server = { given: [] as Given[], draft: undefined as OwnDraft | undefined, sentAt: '', away: false };
  const stateNow = (): OwnState => ({ chatId: 'chat', rev: 1, ...(server.draft && { draft: server.draft }) });
  const drafts = createDrafts({
    ...{ userId: 'ann', storage, cell, store, clock },
    set: async (_chatId, { draft }) => {
      if (server.away) throw new Refusal('unavailable', 'away');
      const { body, replyTo, at } = draft as Given;
      server.given.push(draft as Given);
      if (at > server.sentAt && at > (server.draft?.at ?? ''))
        server.draft = body === '' && !replyTo ? undefined : { body, at, ...(replyTo && { replyTo }) };
      drafts.heard(stateNow());
      return stateNow();
    },
  });
  const write = (body: string) => drafts.write('chat', { body, replyTo: null });
  const heard = (draft?: OwnDraft) => drafts.heard({ chatId: 'chat', rev: 2, ...(draft && { draft }) });
  return { clock, store, storage, server, drafts, write, heard, now: () => cell.value.chat };
}

const pending = (draftAt: string): Pending =>
  ({ chatId: 'chat', clientId: 'c', body: 'sent', replyTo: null, at: draftAt, state: 'waiting', draftAt }) as const;

describe('drafts', () => {
  it('are given to the server when the writing pauses, or has gone on for a while', async () => {
    const { clock, server, write, now } = stage();
    write('hel');
    await clock.pass(900);
    write('hello');
    await clock.pass(900);
    expect(server.given).to.deep.equal([]);
    await clock.pass(100);
    expect(server.given.map(({ body }) => body)).to.deep.equal(['hello']);
    expect(now()).to.include({ body: 'hello', state: 'saved' });
    for (let each = 0; each < 12; each++) {
      write(`hello ${each}`);
      await clock.pass(500);
    }
    expect(server.given).to.have.length(2);
  });

  it('come from another device where they were written later, and go where they were sent or given up', async () => {
    const { clock, write, heard, now } = stage();
    write('here');
    const { at = '' } = now() ?? {};
    heard({ body: 'there, before', at: new Date(Date.parse(at) - 1).toISOString() });
    expect(now()?.body).to.equal('here');
    heard({ body: 'there', at: new Date(Date.parse(at) + 60_000).toISOString() });
    expect(now()).to.include({ body: 'there', state: 'saved' });
    await clock.pass(2_000);
    write('and here again');
    expect((now()?.at ?? '') > at, 'later than what it follows, whatever the clock says').to.equal(true);
    heard();
    expect(now()?.body, 'the server has not heard of it').to.equal('and here again');
    await clock.pass(2_000);
    heard();
    expect(now()).to.equal(undefined);
  });

  it('go with what is sent, and do not come back', async () => {
    const { clock, store, server, drafts, write, heard, now } = stage();
    write('quick');
    expect(drafts.take('chat'), 'the server has never heard of it').to.equal(undefined);
    write('slow');
    await clock.pass(1_000);
    const { draft } = server;
    const draftAt = drafts.take('chat');
    expect([draftAt, now()]).to.deep.equal([draft?.at, undefined]);
    heard(draft);
    expect(now(), 'of before it was sent').to.equal(undefined);
    await clock.pass(10_000);
    expect(server.given).to.have.length(1);
    write('next');
    expect((now()?.at ?? '') > (draftAt ?? '')).to.equal(true);

    const reloaded = stage();
    reloaded.store.change({ outbox: [pending(draft?.at ?? '')] });
    reloaded.heard(draft);
    expect(reloaded.now(), 'what it became is still on its way').to.equal(undefined);
    expect(store.state.outbox).to.deep.equal([]);
  });

  it('take an older one of another device along when they are sent', () => {
    const { drafts, write, heard, now } = stage();
    write('here');
    const { at = '' } = now() ?? {};
    heard({ body: 'there, before', at: new Date(Date.parse(at) - 1).toISOString() });
    expect(now()?.body).to.equal('here');
    expect(drafts.take('chat')).to.equal(at);
  });

  it('give way to one of another device that was written after one that was given up here unseen', () => {
    const { write, heard, now } = stage();
    write('here');
    const { at = '' } = now() ?? {};
    write('');
    heard({ body: 'there', at: new Date(Date.parse(at) - 1).toISOString() });
    expect(now()?.body).to.equal('there');
    heard({ body: 'there, too', at: now()?.at ?? '' });
    expect(now()?.body, 'of two at the same time the server’s').to.equal('there, too');
  });

  it('stay where they are written when a later one was sent from elsewhere', async () => {
    const { clock, server, write, heard, now } = stage();
    server.sentAt = '2030-01-01T00:00:00.000Z';
    write('typed on');
    await clock.pass(1_000);
    heard();
    expect(now()).to.include({ body: 'typed on', state: 'alone' });
  });

  it('wait for the connection and outlive the device’s sleep; what is emptied is given up everywhere', async () => {
    const first = stage();
    first.store.change({ link: 'offline' });
    first.drafts.write('chat', { body: 'offline', replyTo: 'id-1', answers: message(1, { body: 'x'.repeat(5_000) }) });
    await first.clock.pass(5_000);
    expect(first.server.given).to.deep.equal([]);
    expect(first.storage.get('draft/ann/chat')?.length, 'with as much of what it answers as is shown').to.be.below(900);

    const { clock, server, drafts, write, now, storage } = stage(first.storage.share());
    expect(now()).to.include({ body: 'offline', replyTo: 'id-1' });
    server.away = true;
    drafts.flush();
    await clock.pass(500);
    server.away = false;
    await clock.pass(600);
    expect(server.draft).to.include({ body: 'offline', replyTo: 'id-1' });
    write('');
    await clock.pass(1_000);
    expect([server.draft, now(), storage.keys()]).to.deep.equal([undefined, undefined, []]);
  });

  it('are bounded on the device, and too long a one stays there', async () => {
    const { clock, server, storage, drafts, write } = stage();
    write('x'.repeat(100_000));
    await clock.pass(2_000);
    expect(server.given).to.deep.equal([]);
    expect(storage.get('draft/ann/chat')?.length).to.be.below(17_000);
    for (let each = 0; each < 60; each++) {
      drafts.write(`chat-${each}`, { body: 'x', replyTo: null });
      await clock.pass(1);
    }
    expect(storage.keys()).to.have.length(50);
  });
});
