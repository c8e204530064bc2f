/** The checker is told of runs that went well, and of the same runs with one thing wrong, which it must find by name. */
import { expect } from 'chai';
import type { Chat, Message, Stored } from '../support/shapes.js';
import { check } from './checker/check.js';
import type { Entry } from './checker/entry.js';

type Kind<Name extends Entry['kind']> = Extract<Entry, { kind: Name }>;

/** Ann and Ben talk in one chat, each on a connection; Ben is sent away in the middle, and taken in again. */
class Run {
  readonly entries: Entry[] = [];
  readonly history: Message[] = [];
  readonly ben = { userId: 'ben', readSeq: 0 };
  #at = 0;
  #calls = 0;

  constructor(...people: string[]) {
    for (const person of people) this.line('connected', person);
  }

  wait(ms: number): void {
    this.#at += ms;
  }

  line(kind: 'connected' | 'disconnected', client: string): void {
    this.entries.push({ kind, at: ++this.#at, client, connection: `${client}-1`, gateway: 'one' });
  }

  call(client: string, what: string, data: unknown, reply?: unknown): number {
    const call = ++this.#calls;
    this.entries.push({ kind: 'invoke', at: ++this.#at, client, call, what, via: `${client}-1`, data });
    if (reply !== undefined) this.answer(client, call, reply);
    return call;
  }

  answer(client: string, call: number, data: unknown = {}): void {
    this.entries.push({ kind: 'answer', at: ++this.#at, client, call, ok: true, data });
  }

  hears(client: string, event: string, data: unknown): void {
    this.entries.push({ kind: 'event', at: ++this.#at, client, connection: `${client}-1`, event, data });
  }

  store(senderId: string, clientId: string, body = `body of ${clientId}`): Message {
    const seq = this.history.length + 1;
    const sentAt = '2030-01-01T00:00:00.000Z';
    const message = { chatId: 'chat', seq, id: `id ${clientId}`, clientId, senderId, body, replyTo: null, sentAt };
    this.history.push(message);
    return message;
  }

  send(senderId: string, clientId: string, hearers: readonly string[] = ['ann', 'ben']): Message {
    const message = this.store(senderId, clientId);
    const { chatId, body, id, seq, sentAt } = message;
    this.call(senderId, 'message:send', { chatId, clientId, body }, { clientId, status: 'stored', id, seq, sentAt });
    for (const hearer of hearers) this.hears(hearer, 'message:new', message);
    return message;
  }

  look(reader: string, { chatId, clientId, seq }: Message, messages = this.history.slice(seq - 1, seq)): void {
    this.call(reader, 'look', { chatId, clientId, seq }, { messages });
  }

  seeChat(client: string, change: Partial<Chat> = {}): void {
    const lastSeq = this.history.length;
    const members = [{ ...this.ben, role: 'member', deliveredSeq: this.ben.readSeq }];
    this.call(client, 'chat', { chatId: 'chat' }, { id: 'chat', lastSeq, unread: lastSeq, members, ...change });
  }

  sync(client: string, from = 0): void {
    const messages = this.history.slice(from);
    const readSeqs = { ben: this.ben.readSeq };
    const chats = [{ chatId: 'chat', messages, lastSeq: this.history.length, readSeqs, more: false }];
    this.call(client, 'sync', { cursors: { chat: from } }, { chats, unknown: [] });
  }

  names(): string[] {
    const { findings } = check(structuredClone(this.entries), new Map([['chat', structuredClone(this.history)]]));
    return [...new Set(findings.map(({ name }) => name))];
  }
}

const BEN = { chatId: 'chat', userId: 'ben' };

function cleanRun(): Run {
  const run = new Run('ann', 'ben');
  for (const clientId of ['a1', 'a2', 'a3']) run.send('ann', clientId);
  run.look('ben', run.send('ben', 'b1'));
  run.call('ben', 'message:read', { chatId: 'chat', seq: 2 }, {});
  run.ben.readSeq = 2;
  run.seeChat('ann');
  run.seeChat('ben', { unread: 2 });
  const removal = run.call('ann', 'remove', BEN);
  run.hears('ben', 'chat:member-removed', BEN);
  run.answer('ann', removal);
  run.send('ann', 'without Ben', ['ann']);
  run.call('ann', 'add', BEN, {});
  run.hears('ben', 'chat:created', { id: 'chat' });
  // Never acknowledged and never stored; sent twice and stored once; accepted, and stored later.
  run.call('ann', 'message:send', { chatId: 'chat', clientId: 'nothing', body: 'came of it' });
  run.call('ann', 'message:send', { chatId: 'chat', clientId: 'again', body: 'body of again' });
  run.send('ann', 'again');
  const late = { chatId: 'chat', clientId: 'late', body: 'body of late' };
  run.call('ben', 'message:send', late, { clientId: 'late', status: 'accepted' });
  run.hears('ann', 'message:new', run.store('ben', 'late'));
  run.send('ann', 'last');
  run.sync('ann', 2);
  run.sync('ben');
  run.call('ann', 'presence', { userId: 'ben' }, { userId: 'ben', status: 'online', lastSeenAt: null });
  return run;
}

const heardBy = (run: Run, client: string, clientId: string): number =>
  run.entries.findIndex(
    entry =>
      entry.kind === 'event' && entry.client === client && (entry.data as Partial<Message>).clientId === clientId,
  );

describe('the checker', () => {
  it('knows that the news of being in a chat again may be missed', () => {
    const run = cleanRun();
    run.entries.splice(
      run.entries.findIndex(entry => entry.kind === 'event' && entry.event === 'chat:created'),
      1,
    );
    expect(run.names()).to.deep.equal([]);
  });

  it('finds nothing in a run that went well, and counts what it saw', () => {
    const run = cleanRun();
    expect(run.names()).to.deep.equal([]);
    const { counts } = check(run.entries, new Map([['chat', run.history]]));
    expect(counts).to.deep.equal({ sent: 9, acknowledged: 8, stored: 8, shown: 28, holes: 2 });
  });

  const seeded: [string, string[], (run: Run) => void][] = [
    [
      'an acknowledged message that is lost',
      ['lost', 'reader-differs'],
      run => {
        run.history.pop();
        run.hears('ben', 'message:new', run.history.at(-1));
      },
    ],
    [
      'an accepted message that is lost',
      ['lost'],
      run => {
        run.call('ann', 'message:send', { chatId: 'chat', clientId: 'x', body: 'x' }, { status: 'accepted' });
      },
    ],
    [
      'a message that is there twice',
      ['doubled', 'invisible-gap', 'reader-differs'],
      run => void run.history.push({ ...run.history.at(-1)!, seq: run.history.length + 1, id: 'another' }),
    ],
    [
      'one that nobody sent',
      ['forged', 'lost'],
      run => {
        Object.assign(run.history[5]!, { clientId: 'nobody sent this' });
      },
    ],
    [
      'one whose text changed in history',
      ['rewritten'],
      run => {
        // What readers were shown is the same object, so only the sender knows.
        run.history[0]!.body += ' ';
      },
    ],
    [
      'one whose text changed on its way to a reader',
      ['reader-differs'],
      run => {
        const place = heardBy(run, 'ben', 'a1');
        const entry = run.entries[place] as Kind<'event'>;
        run.entries[place] = { ...entry, data: { ...(entry.data as Message), body: 'something else' } };
      },
    ],
    [
      'a hole in the seqs',
      ['hole', 'lost', 'reader-differs'],
      run => {
        run.history.splice(3, 1);
      },
    ],
    [
      'a seq that is not the acknowledged one',
      ['moved'],
      run => {
        const ack = run.entries.findLast(
          (entry): entry is Kind<'answer'> => entry.kind === 'answer' && (entry.data as Stored).clientId === 'last',
        )!;
        Object.assign(ack.data as Stored, { seq: 7 });
      },
    ],
    [
      'a message before one that had been acknowledged when it was sent',
      ['moved', 'reordered', 'reader-differs'],
      run => {
        [run.history[0], run.history[2]] = [
          { ...run.history[2]!, seq: 1 },
          { ...run.history[0]!, seq: 3 },
        ];
      },
    ],
    ['a message that another gateway does not show', ['not-shown'], run => run.look('ben', run.history[0]!, [])],
    [
      'a watermark that goes back',
      ['watermark-back'],
      run => {
        run.ben.readSeq = 1;
        run.seeChat('ann');
      },
    ],
    ['a wrong count of unread messages', ['unread-wrong'], run => run.seeChat('ben', { unread: 3 })],
    [
      'a message that reaches somebody who was removed',
      ['leaked'],
      run => {
        const place = heardBy(run, 'ann', 'without Ben');
        const heard = run.entries[place] as Kind<'event'>;
        run.entries.splice(place, 0, { ...heard, client: 'ben', connection: 'ben-1' });
      },
    ],
    [
      'an old message on a connection that has heard that it is out',
      ['leaked'],
      run => {
        const out = run.entries.findIndex(entry => entry.kind === 'event' && entry.event === 'chat:member-removed');
        const heard = run.entries[heardBy(run, 'ben', 'a1')] as Kind<'event'>;
        run.entries.splice(out + 3, 0, { ...heard, at: run.entries[out + 2]!.at });
      },
    ],
    [
      'a message of somebody who was removed',
      ['sent-after-removal'],
      run => {
        run.call('ann', 'remove', BEN, {});
        run.send('ben', 'though he is out', ['ann']);
        run.sync('ann', 2);
        run.call('ben', 'sync', { cursors: {} }, { chats: [], unknown: ['chat'] });
      },
    ],
    [
      'a message that was never heard on a connection, where nothing after it tells',
      ['invisible-gap'],
      run => {
        run.entries.splice(heardBy(run, 'ben', 'last'), 1);
      },
    ],
    [
      'a connection that hears nothing for a long time, and cannot know',
      ['invisible-gap'],
      run => {
        run.send('ann', 'unheard', ['ann']);
        run.wait(31_000);
        run.send('ann', 'heard');
        run.sync('ann', 2);
        run.sync('ben');
      },
    ],
    [
      'somebody who is shown online and is not',
      ['stale-presence'],
      run => {
        run.line('disconnected', 'ben');
        run.call('ann', 'presence', { userId: 'ben' }, { userId: 'ben', status: 'online', lastSeenAt: null });
      },
    ],
  ];

  for (const [what, names, spoil] of seeded) {
    it(`finds ${what}`, () => {
      const run = cleanRun();
      spoil(run);
      expect(run.names()).to.have.members(names);
    });
  }
});
