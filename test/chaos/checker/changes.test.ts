/** What the checker makes of changes of messages: a run that went well, and the same run with one thing wrong. */
import { expect } from 'chai';
import type { Message, Synced } from '../../support/shapes.js';
import { changedRun, edited, liked, pinned, tombstone } from './changed-run.js';
import { finds } from './finds.js';
import { BEN, type Kind, type Run } from './run.js';

const place = (seq: number) => ({ chatId: 'chat', seq });

/** What the server says of it to everybody from now on. */
function isNow(run: Run, seq: number, become: Partial<Message>): void {
  run.history[seq - 1] = { ...run.history[seq - 1]!, ...become };
}

/** Everywhere. */
function swapNumbers(run: Run, one: number, other: number): void {
  const swap = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const name of Object.keys(value)) {
      const members = value as Record<string, unknown>;
      const named = ['rev', 'change'].includes(name) ? members[name] : undefined;
      if (named === one || named === other) members[name] = named === one ? other : one;
      else swap(members[name]);
    }
  };
  // Nothing is shared then, and swapped twice.
  const { entries, history, given } = run;
  const all = JSON.parse(JSON.stringify({ entries, history, given })) as Pick<Run, 'entries' | 'history' | 'given'>;
  swap(all);
  run.entries.splice(0, Number.POSITIVE_INFINITY, ...all.entries);
  run.history.splice(0, Number.POSITIVE_INFINITY, ...all.history);
  run.given.splice(0, Number.POSITIVE_INFINITY, ...all.given);
}

const syncsOf = (run: Run, device: string) => {
  const calls = run.entries.flatMap(entry =>
    entry.kind === 'invoke' && entry.what === 'sync' && entry.via === `${device}-1` ? [entry.call] : [],
  );
  return run.entries.filter((entry): entry is Kind<'answer'> => entry.kind === 'answer' && calls.includes(entry.call));
};

/** Of the last answer to the device. */
const syncedTo = (run: Run, device: string) => (syncsOf(run, device).at(-1)!.data as Synced).chats[0]!;

/** Everybody is up to date again. */
function syncAll(run: Run): void {
  for (const device of ['phone']) run.sync('ann', 0, [device]);
  for (const device of ['ben', 'tablet']) run.sync('ben', 0, [device]);
}

describe('the checker, of changes', () => {
  it('finds nothing in a run that went well, and counts what it saw', () => {
    expect(changedRun().names()).to.deep.equal([]);
    expect(changedRun().verdict().counts).to.include({ stored: 6, changes: 8 });
  });

  it('lets what was never answered take effect, at any time', () => {
    const run = changedRun();
    run.call('ben', 'message:react', { ...place(2), emoji: '😂', on: false }, { status: 'stored', seq: 2, change: 0 });
    run.becomes(2, { ...pinned, ...liked('😂') });
    run.reacted.set(2, [{ userId: 'ben', emoji: '😂' }]);
    syncAll(run);
    expect(run.names()).to.deep.equal([]);
  });

  it('takes the state with the higher number, in whatever order states come', () => {
    const run = changedRun();
    const before = run.change('ann', 'edit', { seq: 2, clientId: 'e2', body: 'dos' }, edited('dos'), []);
    run.change('ann', 'edit', { seq: 2, clientId: 'e2 again', body: 'zwei' }, edited('zwei'));
    for (const person of ['ann', 'ben']) run.tells(person, before);
    expect(run.names()).to.deep.equal([]);
  });

  it('takes it that changes of one message share a number', () => {
    const run = changedRun();
    const calls = ['dos', 'zwei'].map(body => run.call('ann', 'message:edit', { ...place(2), clientId: body, body }));
    const message = run.becomes(2, edited('zwei'));
    for (const call of calls) run.answer('ann', call, { status: 'stored', seq: 2, change: message.rev });
    for (const person of ['ann', 'ben']) run.tells(person, message);
    expect(run.names()).to.deep.equal([]);
  });

  it('takes it that a message which has changed once more comes with its last number', () => {
    const run = changedRun();
    run.change('ann', 'edit', { seq: 2, clientId: 'e2', body: 'dos' }, edited('dos'));
    run.sync('ben', 5, ['ben'], 2);
    // Up to the deletion of 3: what 2 has become is beyond that.
    const chat = syncedTo(run, 'ben');
    Object.assign(chat, { changed: chat.changed.filter(({ rev }) => rev <= 4), changeUpto: 4, more: true });
    run.sync('ben', 5, ['ben'], 4);
    expect(run.names()).to.deep.equal([]);
  });

  it('takes the word of a server that knows no changes for what it is', () => {
    const run = changedRun();
    const { rev: _, reactions: __, ...bare } = run.history[0]! as Partial<Message>;
    run.hears('ann', 'message:new', { ...bare, body: 'body of a1' }, 'phone');
    expect(run.names()).to.deep.equal([]);
  });

  finds(changedRun, [
    ['a number that was given twice', ['change-hole'], run => void run.given.push({ ...run.given.at(-1)! })],
    [
      'a number that no message has',
      ['change-hole'],
      run => {
        const last = new Map([['chat', run.given.length + 1]]);
        Object.assign(run.outcome, { numbers: { given: run.given, last, remains: [] } });
      },
    ],
    [
      'a change before one that had been acknowledged when it was asked for',
      ['reordered'],
      run => {
        const [edit, react] = [run.given.length + 1, run.given.length + 2];
        run.change('ann', 'edit', { seq: 2, clientId: 'e2', body: 'dos' }, edited('dos'));
        run.change('ben', 'react', { seq: 5, emoji: '❤️', on: true }, liked('❤️'));
        swapNumbers(run, edit, react);
      },
    ],
    [
      'a number that two messages have',
      ['number-shared', 'change-lost'],
      run => {
        isNow(run, 2, { rev: 6 });
        syncAll(run);
      },
    ],
    [
      'one number under which a message is two things',
      ['version-differs'],
      run => run.tells('ben', { ...run.history[0]!, body: 'body of a1' }),
    ],
    [
      'a message that has not changed for somebody, who could not know',
      ['invisible-change'],
      run => {
        run.change('ann', 'edit', { seq: 2, clientId: 'e2', body: 'dos' }, edited('dos'), ['ann']);
        run.wait(6_000);
        syncAll(run);
      },
    ],
    [
      'a device that missed a change and was never told',
      ['reader-differs', 'stale-answer'],
      run => {
        const chat = syncedTo(run, 'phone');
        chat.messages = chat.messages.map(message =>
          message.seq === 4 ? { ...message, ...edited('body of b4'), editedAt: undefined!, rev: 0 } : message,
        );
        for (const message of chat.messages) if (message.editedAt === undefined) delete message.editedAt;
      },
    ],
    [
      'a sync that leaves out what has changed',
      ['stale-answer'],
      run => {
        run.sync('ben', 5, ['ben'], 2);
        syncedTo(run, 'ben').changed.splice(0, 1);
      },
    ],
    [
      'an acknowledged edit that is lost',
      ['change-lost', 'speaks-again'],
      run => {
        run.becomes(4, { body: 'body of b4' });
        run.tells('ben', run.history[3]!);
        syncAll(run);
      },
    ],
    [
      'an edit that is carried out again over a later one',
      ['change-doubled', 'speaks-again'],
      run => {
        run.change('ann', 'edit', { seq: 1, clientId: 'e2', body: 'eins' }, edited('eins'));
        run.change('ann', 'edit', { seq: 1, clientId: 'e1', body: 'uno' }, edited('uno'));
      },
    ],
    [
      'an edit that undoes a later one',
      ['change-lost', 'speaks-again'],
      run => {
        run.change('ann', 'edit', { seq: 1, clientId: 'e2', body: 'eins' }, edited('eins'));
        run.becomes(1, edited('uno'));
        for (const person of ['ann', 'ben']) run.tells(person, run.history[0]!);
      },
    ],
    [
      'an edit that nobody wanted',
      ['change-forged'],
      run => {
        run.becomes(2, { ...pinned, ...edited('not hers') });
        for (const person of ['ann', 'ben']) run.tells(person, run.history[1]!);
      },
    ],
    [
      'an edit by somebody who may not',
      ['change-forged'],
      run => void run.change('ben', 'edit', { seq: 2, clientId: 'eb', body: 'his' }, { ...pinned, ...edited('his') }),
    ],
    [
      'a reaction that is lost',
      ['change-lost'],
      run => {
        run.becomes(1, { reactions: [] });
        run.reacted.delete(1);
        for (const person of ['ann', 'ben']) run.tells(person, run.history[0]!);
      },
    ],
    [
      'a reaction that was toggled where it was to be set again',
      ['change-lost'],
      run => {
        run.change('ben', 'react', { seq: 1, emoji: '👍', on: true }, { reactions: [] });
        run.reacted.delete(1);
      },
    ],
    [
      'a reaction of somebody who did not react',
      ['change-forged'],
      run => {
        run.becomes(1, liked('👍', 2));
        run.reacted.get(1)!.push({ userId: 'ann', emoji: '👍' });
        for (const person of ['ann', 'ben']) run.tells(person, run.history[0]!);
      },
    ],
    [
      'reactions that are not those that are counted',
      ['summary-differs'],
      run => {
        run.becomes(1, liked('👍', 2));
        for (const person of ['ann', 'ben']) run.tells(person, run.history[0]!);
      },
    ],
    [
      'a pin that is lost',
      ['change-lost'],
      run => {
        run.becomes(2, { pinnedAt: undefined! });
        delete run.history[1]!.pinnedAt;
        for (const person of ['ann', 'ben']) run.tells(person, run.history[1]!);
      },
    ],
    [
      'a list of pins that lacks one',
      ['summary-differs'],
      run => void Object.assign(run.outcome, { pins: new Map([['chat', []]]) }),
    ],
    [
      'a deletion that is lost',
      ['change-lost', 'stale-answer', 'reader-differs'],
      run => {
        isNow(run, 3, { body: 'body of a3', rev: 0 });
        delete run.history[2]!.deletedAt;
        delete run.history[2]!.deletedBy;
        syncAll(run);
      },
    ],
    [
      'a tombstone that speaks again',
      ['speaks-again', 'change-lost', 'stale-answer'],
      run => {
        const { deletedAt: _, deletedBy: __, ...bare } = run.history[2]!;
        run.becomes(3, () => ({ ...bare, body: 'body of a3' }));
        for (const person of ['ann', 'ben']) run.tells(person, run.history[2]!);
        syncAll(run);
      },
    ],
    [
      'a tombstone that still says something',
      ['speaks-again', 'stale-answer'],
      run => {
        run.change('ann', 'delete', { seq: 2, scope: 'all' }, message => ({ ...tombstone('ann')(message), ...pinned }));
        Object.assign(run.outcome, { pins: new Map([['chat', [run.history[1]!]]]) });
        syncAll(run);
      },
    ],
    [
      'a tombstone to which somebody reacts',
      ['speaks-again', 'stale-answer'],
      run => {
        run.change('ben', 'react', { seq: 3, emoji: '👍', on: true }, liked('👍'));
        run.reacted.set(3, [{ userId: 'ben', emoji: '👍' }]);
        syncAll(run);
      },
    ],
    [
      'what the database keeps of a deleted message',
      ['remains'],
      run => void run.remains.push('message_versions of chat chat seq 3'),
    ],
    [
      'a deletion that nobody wanted',
      ['change-forged'],
      run => {
        run.becomes(2, tombstone('ben'));
        for (const person of ['ann', 'ben']) run.tells(person, run.history[1]!);
      },
    ],
    [
      'an answer that says what was said before an acknowledged edit',
      ['stale-answer'],
      run => {
        const before = { ...run.history[1]! };
        run.change('ann', 'edit', { seq: 2, clientId: 'e2', body: 'dos' }, edited('dos'));
        run.look('ben', before, [before]);
      },
    ],
    ['a hidden message that shows', ['change-lost', 'reader-differs'], run => void run.hidden.set('ben', [])],
    [
      'a message that is hidden from somebody who did not hide it',
      ['reader-differs', 'stale-answer'],
      run => {
        run.hidden.set('ann', [2]);
        run.sync('ann', 0, ['phone']);
      },
    ],
    [
      'a device that does not know what its user hides',
      ['reader-differs'],
      run => {
        const events = run.entries.filter(
          (entry): entry is Kind<'event'> => entry.kind === 'event' && entry.event === 'me:changed',
        );
        for (const event of events) run.entries.splice(run.entries.indexOf(event), 1);
        Object.assign(syncsOf(run, 'ben').at(-1)!.data as object, { me: { note: 1, chats: [], more: false } });
      },
    ],
    [
      'a change that somebody hears who was never in the chat',
      ['overheard'],
      run => {
        run.line('connected', 'eve');
        run.tells('eve', run.history[0]!);
      },
    ],
    [
      'a change that somebody hears who was removed before it was asked for',
      ['leaked'],
      run => {
        run.call('ann', 'remove', BEN, {});
        run.change('ann', 'edit', { seq: 2, clientId: 'e2', body: 'dos' }, edited('dos'), ['ann']);
        run.tells('ben', run.history[1]!);
      },
    ],
    [
      'a number that was acknowledged and is that of another message',
      ['change-lost', 'reordered'],
      run => {
        const call = run.call('ann', 'message:pin', { ...place(2), on: true });
        run.answer('ann', call, { status: 'stored', seq: 2, change: 2 });
      },
    ],
  ]);
});
