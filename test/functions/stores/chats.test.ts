/** Which statements the store of chats makes of what it is asked, and of what it is told: values in, values out. */
import { expect } from 'chai';
import { chatStore } from '#functions/stores/chats.js';
import { answering, saying, thrownBy } from './database.js';

const NOON = '2026-01-01T12:00:00.000Z';
const ROW = {
  ...{ chat_id: 'c', type: 'group', title: 'us', created_at: new Date(NOON), active_at: new Date(NOON) },
  ...{ last_seq: 0, last_change: 0, member_count: 2, unread: 0, mentions: 0, last_message: null },
  ...{ keep_versions: false, no_forwards: false, muted_until: null, notify: null, archived: null, pinned: null },
  ...{ draft: null, draft_at: null },
};
const CHAT = {
  ...{ id: 'c', type: 'group', title: 'us', createdAt: NOON, lastSeq: 0, lastChange: 0, lastMessage: null },
  ...{ unread: 0, mentions: 0, memberCount: 2 },
};

describe('the store of chats', () => {
  it('says of a chat what is so, and has no member for what is not', async () => {
    const listed = async (row: object) => {
      const { sql } = answering({ 'chats-list': [{ ...ROW, ...row }] });
      return (await chatStore(sql).list('ann', { limit: 1 }))[0]?.chat;
    };
    expect(await listed({})).to.deep.equal(CHAT);
    const more = { keepVersions: true, noForwards: true, archived: true };
    expect(await listed({ keep_versions: true, no_forwards: true, archived: true })).to.deep.equal({
      ...CHAT,
      ...more,
    });
    const { sql } = answering({ 'chats-view': [{ ...ROW, members: null }] });
    expect(await chatStore(sql).view('c', 'ann')).to.deep.equal({ ...CHAT, members: [] });
  });

  it('finds a pair’s direct chat by the same two names, whoever of them asks, and groups by none', async () => {
    const created: unknown[][] = [];
    const sql = saying(async (name, values) => {
      if (name === 'chats-create') created.push([values[3], values[4]]);
      if (name === 'chats-direct') created.push([...values]);
      return name === 'chats-view' ? [ROW] : [{ id: 'c' }];
    });
    const { create, direct } = chatStore(sql);
    const chat = { id: 'c', title: null, ownerId: 'ann', createdAt: NOON };
    for (const memberIds of [
      ['ann', 'ben'],
      ['ben', 'ann'],
    ])
      await create({ ...chat, type: 'direct', memberIds });
    expect(await direct('ann', 'ben')).to.equal('c');
    expect(await direct('ben', 'ann')).to.equal('c');
    expect(created).to.deep.equal(Array.from({ length: 4 }, () => ['ann', 'ben']));
    await create({ ...chat, type: 'group', memberIds: ['ann', 'ben'] });
    expect(created.at(-1)).to.deep.equal([null, null]);
  });

  it('answers the chat of whoever was faster, and takes one that is not there then for a defect', async () => {
    const chat = { id: 'mine', type: 'direct' as const, title: null, ownerId: 'ann', memberIds: ['ann', 'ben'] };
    const viewed: unknown[] = [];
    const on = (rows: Readonly<Record<string, readonly unknown[]>>) =>
      chatStore(
        saying(async (name, values) => {
          if (name === 'chats-view') viewed.push(values[0]);
          return [...(rows[name] as unknown[])];
        }),
      );
    const faster = on({ 'chats-create': [], 'chats-direct': [{ id: 'theirs' }], 'chats-view': [ROW] });
    expect(await faster.create({ ...chat, createdAt: NOON })).to.deep.include({ existed: true });
    const first = on({ 'chats-create': [{ chat_id: 'mine' }], 'chats-view': [ROW] });
    expect(await first.create({ ...chat, createdAt: NOON })).to.deep.include({ existed: false });
    expect(viewed).to.deep.equal(['theirs', 'mine']);
    const none = on({ 'chats-create': [], 'chats-direct': [], 'chats-view': [] });
    expect(await thrownBy(() => none.create({ ...chat, createdAt: NOON }))).to.be.instanceOf(Error);
  });

  describe('when a chat is to keep versions or not', () => {
    async function update(
      change: Parameters<ReturnType<typeof chatStore>['update']>[1],
      { kept = [{}], updated = [{}] },
    ) {
      const forgotten = [1_000, 1_000, 999];
      const asked: string[] = [];
      const sql = saying(async name => {
        asked.push(name.replace('chats-', ''));
        if (name === 'chats-forget-versions') return Array.from({ length: forgotten.shift() ?? 0 });
        return name === 'chats-update' ? updated : kept;
      });
      return [await chatStore(sql).update('c', change), ...asked];
    }
    const forget = Array.from({ length: 3 }, () => 'forget-versions');

    it('forgets what was left over before any is kept again, so many at a time, until there are fewer', async () => {
      const on = { keepVersions: true };
      expect(await update(on, { kept: [{ kept: false }] })).to.deep.equal([
        true,
        'keeps-versions',
        ...forget,
        'update',
      ]);
      expect(await update(on, { kept: [{ kept: true }] })).to.deep.equal([true, 'keeps-versions', 'update']);
      const there = { kept: [], updated: [] };
      expect(await update(on, there), 'no such chat').to.deep.equal([false, 'keeps-versions', ...forget, 'update']);
    });

    it('forgets all that there is where none is kept any more, if there is such a group', async () => {
      expect(await update({ keepVersions: false }, {})).to.deep.equal([true, 'update', ...forget]);
      expect(await update({ keepVersions: false }, { updated: [] })).to.deep.equal([false, 'update']);
    });

    it('forgets nothing where something else changes', async () => {
      expect(await update({ title: 'we' }, {})).to.deep.equal([true, 'update']);
      expect(await update({ noForwards: true }, {})).to.deep.equal([true, 'update']);
    });
  });
});
