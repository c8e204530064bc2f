/** What the checker makes of who may hear what, who is there, and what they have read. */
import { expect } from 'chai';
import { cleanRun, heardBy } from './clean-run.js';
import { finds } from './finds.js';
import { BEN, type Kind } from './run.js';

describe('the checker, of people', () => {
  it('knows that the news of being in a chat again may be missed', () => {
    const run = cleanRun();
    run.entries.splice(
      run.entries.findIndex(entry => entry.kind === 'event' && entry.event === 'chat:created'),
      1,
    );
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

  finds(cleanRun, [
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
  ]);
});
