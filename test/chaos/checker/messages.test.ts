/** What the checker makes of messages: a run that went well, and the same run with one thing wrong. */
import { expect } from 'chai';
import type { Entry } from '#tools/chaos/checker/entry.js';
import type { Message, Stored } from '../../support/shapes.js';
import { cleanRun, heardBy } from './clean-run.js';
import { finds } from './finds.js';
import type { Kind } from './run.js';

describe('the checker, of messages', () => {
  it('finds nothing in a run that went well, and counts what it saw', () => {
    const run = cleanRun();
    expect(run.names()).to.deep.equal([]);
    expect(run.verdict().counts).to.deep.equal({
      sent: 10,
      acknowledged: 9,
      stored: 9,
      shown: 41,
      holes: 2,
      changes: 0,
      uploads: 0,
    });
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

  finds(cleanRun, [
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
      ['rewritten', 'change-forged'],
      run => {
        // What readers were shown is the same object, so only the sender knows.
        run.history[0]!.body += ' ';
      },
    ],
    [
      'one whose text changed on its way to a reader',
      ['version-differs', 'reader-differs'],
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
      ['moved', 'reordered', 'reader-differs', 'version-differs'],
      run => {
        [run.history[0], run.history[2]] = [
          { ...run.history[2]!, seq: 1 },
          { ...run.history[0]!, seq: 3 },
        ];
      },
    ],
    ['a message that another gateway does not show', ['not-shown'], run => run.look('ben', run.history[0]!, [])],
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
  ]);
});
