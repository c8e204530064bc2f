/** What stores do with nothing to do, and with what a database says: values in, values out, on a database that is none. */
import { expect } from 'chai';
import { appendTo } from '#functions/stores/append.js';
import { approachStore, unlimitedApproaches } from '#functions/stores/approaches.js';
import { changeStore } from '#functions/stores/changes.js';
import { memberStore } from '#functions/stores/members.js';
import { mentionableIn } from '#functions/stores/mentions.js';
import { withMine } from '#functions/stores/mine.js';
import { ownStateStore } from '#functions/stores/own-state.js';
import { sessionStore } from '#functions/stores/sessions.js';
import { userStore } from '#functions/stores/users.js';
import { Failure } from '#runtime/contract/failure.js';
import { answering, saying, silent, thrownBy } from './database.js';

const NOON = '2026-01-01T12:00:00.000Z';
const message = {
  ...{ id: 'm', chatId: 'c', clientId: 'k', senderId: 'ann', body: 'hi', replyTo: null, sentAt: '' },
  ...{ seq: 1, rev: 0, reactions: [] },
};

describe('stores in front of a database', () => {
  it('ask nobody about nothing', async () => {
    expect(await appendTo(silent)([])).to.deep.equal([]);
    expect(await approachStore(silent).take([], NOON)).to.deep.equal([]);
    expect(await withMine(silent, 'ann', [message])).to.deep.equal([message]);
    expect(await mentionableIn(silent)([{ chatId: 'c', senderId: 'ann', names: [] }])).to.deep.equal([new Map()]);
    expect(await changeStore(silent, { editWindowMs: 0 }).apply([])).to.deep.equal([]);
    expect(await ownStateStore(silent).of([])).to.deep.equal([]);
    const members = memberStore(silent);
    for (const mark of [members.markRead, members.markDelivered]) expect(await mark([])).to.deep.equal([]);
    for (const among of [members.sharing, members.visible, members.strangers]) {
      expect(await among('ann', [])).to.deep.equal([]);
    }
    const users = userStore(silent);
    expect(await users.named('ann', [])).to.deep.equal([]);
    expect(await users.existing([])).to.deep.equal([]);
    expect(await users.lastSeen([])).to.deep.equal(new Map());
  });

  it('ask for own reactions to what has reactions alone, and give them to those messages', async () => {
    const reacted = { ...message, seq: 2, reactions: [{ emoji: '👍', count: 2 }] };
    const others = { ...reacted, seq: 3 };
    const asked: unknown[] = [];
    const sql = saying(async (_name, values) => {
      asked.push(values);
      return [{ mine: ['👍'] }, { mine: [] }];
    });
    const seen = await withMine(sql, 'ann', [message, reacted, others]);
    expect(asked).to.deep.equal([['ann', ['c', 'c'], [2, 3]]]);
    expect(seen).to.deep.equal([message, { ...reacted, mine: ['👍'] }, others]);
  });

  it('pass on what is wrong with counting approaches', async () => {
    const defect = new Error('a defect');
    const approaches = approachStore(saying(() => Promise.reject(defect)));
    expect(await thrownBy(() => approaches.take(['ann'], NOON))).to.equal(defect);
  });

  it('let somebody be approached an hour after now where all that there was has come meanwhile', async () => {
    const rows = [
      { userId: 'ann', oldest: new Date('2026-01-01T11:30:00.000Z') },
      { userId: 'ben', oldest: null },
    ];
    const { sql } = answering({ 'approaches-take': rows });
    expect(await approachStore(sql).take(['ann', 'ben'], NOON)).to.deep.equal([
      { userId: 'ann', until: '2026-01-01T12:30:00.000Z' },
      { userId: 'ben', until: '2026-01-01T13:00:00.000Z' },
    ]);
    expect(await unlimitedApproaches().take(['ann', 'ben'], NOON)).to.deep.equal([]);
  });

  it('note what a chat is to somebody once more where they come back, and not where they are new', async () => {
    const add = async (before: readonly unknown[]) => {
      const { sql, asked } = answering({
        ...{ 'members-lock-chat': [{ type: 'group', lastSeq: 3, memberCount: 1 }], 'members-before': before },
        ...{ 'members-join': [{ user_id: 'ann' }], 'members-note-again': [], 'members-count': [] },
      });
      expect(await memberStore(sql).add('c', 'ann', NOON)).to.equal('added');
      return asked;
    };
    const always = ['members-lock-chat', 'members-before', 'members-join', 'members-count'];
    expect(await add([])).to.deep.equal(always);
    expect(await add([{ present: false, byChoice: false }])).to.deep.equal(
      always.toSpliced(3, 0, 'members-note-again'),
    );
  });

  it('know no token of a session that goes between the look at it and its lock', async () => {
    const { sql, asked } = answering({ 'sessions-of-token': [{ id: 's' }], 'sessions-lock': [] });
    const use = { digest: 'shown', nextDigest: 'next', now: NOON, expiresAt: NOON, network: null };
    expect(await sessionStore(sql).rotate(use)).to.deep.equal({ result: 'unknown' });
    expect(asked).to.deep.equal(['sessions-of-token', 'sessions-lock']);
  });

  it('name the field of a name that is taken, and pass on whatever else is wrong', async () => {
    const update = (thrown: Error) =>
      thrownBy(() => userStore(saying(() => Promise.reject(thrown))).update('ann', { username: 'ben' }));
    const taken = new Failure('conflict', 'users_username');
    expect(await update(taken)).to.deep.include({
      ...{ code: 'conflict', message: 'this user name is taken', cause: taken },
      errors: [{ path: '/username', message: 'this user name is taken' }],
    });
    const others = [
      new Failure('conflict', 'another index'),
      new Failure('unavailable', 'users_username'),
      Object.assign(new Error('users_username'), { code: 'conflict' }),
    ];
    for (const other of others) expect(await update(other)).to.equal(other);
  });
});
