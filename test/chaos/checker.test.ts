/** The checker is told of runs that went well, and of the same runs with one thing wrong, which it must find by name. */
import { expect } from 'chai';
import { check, type Verdict } from '#tools/chaos/checker/check.js';
import type { Entry, Line } from '#tools/chaos/checker/entry.js';
import type { Round } from '#tools/chaos/round.js';
import type { Chat, Message, Stored } from '../support/shapes.js';

type Kind<Name extends Entry['kind']> = Extract<Entry, { kind: Name }>;

/**
 * Ann and Ben talk in one chat, each on a connection; Ben is sent away in the middle, and taken in again; in the end he
 * takes up his tablet.
 */
class Run {
  readonly entries: Entry[] = [];
  readonly history: Message[] = [];
  readonly ben = { userId: 'ben', readSeq: 0 };
  /** Those that are connected and listen, of whom. */
  readonly #devices = new Map<string, string>();
  #at = 0;
  #calls = 0;

  constructor(...people: string[]) {
    for (const person of people) this.line('connected', person);
  }

  wait(ms: number): void {
    this.#at += ms;
  }

  get now(): number {
    return this.#at;
  }

  line(kind: Line['kind'], client: string, device = client): void {
    if (kind === 'connected' || kind === 'hears') this.#devices.set(device, client);
    else this.#devices.delete(device);
    this.entries.push({ kind, at: ++this.#at, client, device, connection: `${device}-1`, gateway: 'one' });
  }

  call(client: string, what: string, data: unknown, reply?: unknown, via = `${client}-1`): number {
    const call = ++this.#calls;
    this.entries.push({ kind: 'invoke', at: ++this.#at, client, call, what, via, data });
    if (reply !== undefined) this.answer(client, call, reply);
    return call;
  }

  answer(client: string, call: number, data: unknown = {}, ok = true): void {
    this.entries.push({ kind: 'answer', at: ++this.#at, client, call, ok, data });
  }

  hears(client: string, event: string, data: unknown, device = client): void {
    this.entries.push({ kind: 'event', at: ++this.#at, client, connection: `${device}-1`, event, data });
  }

  /** On all devices. */
  shows(hearer: string, message: Message): void {
    for (const device of this.devicesOf(hearer)) this.hears(hearer, 'message:new', message, device);
  }

  devicesOf(person: string): readonly string[] {
    return [...this.#devices].flatMap(([device, client]) => (client === person ? [device] : []));
  }

  store(senderId: string, clientId: string, body = `body of ${clientId}`): Message {
    const seq = this.history.length + 1;
    const sentAt = '2030-01-01T00:00:00.000Z';
    const message = {
      chatId: 'chat',
      seq,
      id: `id ${clientId}`,
      clientId,
      senderId,
      body,
      replyTo: null,
      sentAt,
      rev: 0,
      reactions: [],
    };
    this.history.push(message);
    return message;
  }

  /** Begins to; `sent` ends it. */
  sends(senderId: string, clientId: string, via?: string): number {
    return this.call(
      senderId,
      'message:send',
      { chatId: 'chat', clientId, body: `body of ${clientId}` },
      undefined,
      via,
    );
  }

  sent(call: number, { senderId, clientId, id, seq, sentAt }: Message): void {
    this.answer(senderId, call, { clientId, status: 'stored', id, seq, sentAt });
  }

  send(senderId: string, clientId: string, hearers: readonly string[] = ['ann', 'ben'], via?: string): Message {
    const call = this.sends(senderId, clientId, via);
    const message = this.store(senderId, clientId);
    this.sent(call, message);
    for (const hearer of hearers) this.shows(hearer, message);
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

  /** All devices do, or these. */
  sync(client: string, from = 0, devices = this.devicesOf(client)): void {
    const messages = this.history.slice(from);
    const readSeqs = { ben: this.ben.readSeq };
    const chats = [{ chatId: 'chat', messages, lastSeq: this.history.length, readSeqs, more: false }];
    for (const device of devices) {
      this.call(client, 'sync', { cursors: { chat: from } }, { chats, unknown: [] }, `${device}-1`);
    }
  }

  sees(viewer: string, userId: string, status: 'online' | 'offline'): void {
    this.call(viewer, 'presence', { userId }, { userId, status, lastSeenAt: null });
  }

  verdict(...rounds: Round[]): Verdict {
    return check(structuredClone(this.entries), new Map([['chat', structuredClone(this.history)]]), rounds);
  }

  names(...rounds: Round[]): string[] {
    return [...new Set(this.verdict(...rounds).findings.map(({ name }) => name))];
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
  run.seeChat('ben', { unread: 1 });
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
  run.send('ann', 'posted', ['ann', 'ben'], 'http://one');
  run.send('ann', 'last');
  run.line('connected', 'ben', 'tablet');
  run.sync('ann', 2);
  run.sync('ben');
  run.sees('ann', 'ben', 'online');
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
    expect(run.verdict().counts).to.deep.equal({ sent: 10, acknowledged: 9, stored: 9, shown: 41, holes: 2 });
  });

  it('lets a message that is accepted be heard of when it is stored, however much later', () => {
    const run = cleanRun();
    const call = run.sends('ann', 'waits');
    run.answer('ann', call, { clientId: 'waits', status: 'accepted' });
    run.wait(45_000);
    const stored = run.store('ann', 'waits');
    for (const hearer of ['ann', 'ben']) run.shows(hearer, stored);
    expect(run.names()).to.deep.equal([]);
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
    ['own messages among the unread ones', ['unread-wrong'], run => run.seeChat('ben', { lastSeq: 4, unread: 2 })],
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
        for (const via of ['ben-1', 'tablet-1']) {
          run.call('ben', 'sync', { cursors: {} }, { chats: [], unknown: ['chat'] }, via);
        }
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
        run.send('ann', 'nor this', ['ann']);
        run.wait(31_000);
        run.send('ann', 'heard');
        run.sync('ann', 3);
        run.sync('ben');
      },
    ],
    [
      'somebody who is shown online and is not',
      ['stale-presence'],
      run => {
        run.line('disconnected', 'ben');
        run.line('disconnected', 'ben', 'tablet');
        run.sees('ann', 'ben', 'online');
      },
    ],
    [
      'somebody who is shown offline when one of two devices leaves',
      ['shown-offline'],
      run => {
        run.line('disconnected', 'ben');
        run.sees('ann', 'ben', 'offline');
        run.sees('ann', 'ben', 'online');
      },
    ],
    [
      'news that somebody is offline who is not',
      ['shown-offline'],
      run => {
        run.line('disconnected', 'ben', 'tablet');
        run.hears('ann', 'presence:changed', { userId: 'ben', status: 'offline', lastSeenAt: null });
      },
    ],
    [
      'a device that lacks what the other one of the same user has',
      ['reader-differs'],
      run => {
        run.line('connected', 'ben', 'phone');
        run.sync('ben', 3, ['phone']);
      },
    ],
    [
      'a message over REST before one that had been acknowledged when it was sent',
      ['reordered'],
      run => {
        const isAbout = (clientId: string) => (entry: Entry) =>
          entry.kind !== 'event' && 'data' in entry && (entry.data as Partial<Message>).clientId === clientId;
        const posted = run.entries.findIndex(isAbout('posted'));
        const acknowledged = run.entries.findLast(isAbout('last'))!;
        run.entries[posted] = { ...run.entries[posted]!, at: acknowledged.at + 0.5 };
      },
    ],
    [
      'a connection that hears nothing after it has begun to read again',
      ['invisible-gap'],
      run => {
        run.line('deaf', 'ben');
        run.line('hears', 'ben');
        run.send('ann', 'unheard', ['ann']);
        run.send('ann', 'nor this', ['ann']);
        run.wait(31_000);
        run.send('ann', 'heard');
        run.sync('ann', 3);
        run.sync('ben');
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

  it('excuses a connection that hears nothing while nobody can write', () => {
    const run = cleanRun();
    run.send('ann', 'unheard', ['ann']);
    run.wait(31_000);
    run.send('ann', 'heard');
    run.sync('ann', 2);
    run.sync('ben');
    expect(run.names()).to.deep.equal([]);
  });

  it('excuses a connection that is not read from', () => {
    const run = cleanRun();
    run.line('deaf', 'ben');
    run.line('deaf', 'ben', 'tablet');
    run.send('ann', 'unheard', ['ann']);
    run.wait(31_000);
    for (const device of ['ben', 'tablet']) run.line('hears', 'ben', device);
    run.sync('ann', 2);
    run.sync('ben');
    expect(run.names()).to.deep.equal([]);
  });

  it('lets requests over REST overtake each other', () => {
    const run = cleanRun();
    const [one, other] = [run.sends('ann', 'slow', 'http://one'), run.sends('ann', 'fast', 'http://one')];
    for (const [call, clientId] of [
      [other, 'fast'],
      [one, 'slow'],
    ] as const) {
      const message = run.store('ann', clientId);
      for (const hearer of ['ann', 'ben']) run.shows(hearer, message);
      run.sent(call, message);
    }
    expect(run.names()).to.deep.equal([]);
  });

  it('shows somebody offline whose last device has left', () => {
    const run = cleanRun();
    run.line('disconnected', 'ben');
    run.line('disconnected', 'ben', 'tablet');
    run.hears('ann', 'presence:changed', { userId: 'ben', status: 'offline', lastSeenAt: null });
    run.sees('ann', 'ben', 'offline');
    expect(run.names()).to.deep.equal([]);
  });

  describe('judging a round of faults', () => {
    const quiet = { shape: 'alone', faults: ['rolling-restart'], recoveryMs: 100, silenceMs: 100 } as const;

    /** What is sent in it fails once, and succeeds after so many ms. */
    function failingFor(ms: number, change: Partial<Round> = {}): [Run, Round] {
      const run = cleanRun();
      const from = run.now;
      run.answer('ann', run.sends('ann', 'at last'), 'unavailable', false);
      run.wait(ms);
      run.send('ann', 'at last');
      return [run, { ...quiet, from, healed: run.now, ...change }];
    }

    it('measures how long a send took, and for how long it failed', () => {
      const [run, round] = failingFor(1_500);
      expect(run.verdict(round).waits).to.deep.equal([{ slowestMs: 1_503, failingMs: 1_503 }]);
      expect(run.names(round)).to.deep.equal([]);
    });

    it('counts the time without a connection', () => {
      const run = cleanRun();
      const from = run.now;
      run.wait(2_500);
      run.send('ann', 'at last');
      const call = run.entries.findLast((entry): entry is Kind<'invoke'> => entry.kind === 'invoke')!;
      run.entries[run.entries.indexOf(call)] = { ...call, wanted: from };
      expect(run.names({ ...quiet, from, healed: run.now })).to.deep.equal(['send-failing']);
    });

    it('does not count a refusal for good', () => {
      const run = cleanRun();
      const from = run.now;
      run.answer('ann', run.sends('ann', 'never'), 'forbidden', false);
      expect(run.names({ ...quiet, from, healed: run.now })).to.deep.equal([]);
    });

    it('finds a send that failed for more than 2 s while all were restarted in turn, and nothing else went wrong', () => {
      const [run, round] = failingFor(2_100);
      expect(run.names(round)).to.deep.equal(['send-failing']);
      expect(run.names({ ...round, faults: ['kill-gateway'] })).to.deep.equal([]);
      expect(run.names({ ...round, shape: 'together', faults: ['rolling-restart', 'cut-clients'] })).to.deep.equal([]);
    });

    it('finds more than 1 s without any acknowledgement then', () => {
      const [run, round] = failingFor(10, { silenceMs: 1_100 });
      expect(run.names(round)).to.deep.equal(['silence']);
      expect(run.names({ ...round, faults: ['restart-redis-empty'] })).to.deep.equal([]);
    });

    it('finds service that is not back within 15 s, after whatever it was', () => {
      const [run, round] = failingFor(10, { shape: 'in turn', faults: ['kill-gateway'], recoveryMs: 15_100 });
      expect(run.names(round)).to.deep.equal(['slow-recovery']);
    });
  });
});
