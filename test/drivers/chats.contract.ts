/** What the store of chats promises: one direct chat a pair, and lists by activity. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { message, minute, type World } from '../support/world.js';

export function chatsContract(world: () => World): void {
  describe('chats', () => {
    it('creates a group with its owner, as its members see it', async () => {
      const { chats, people } = world();
      const [owner, member] = (await people(2)) as [string, string];
      const id = randomUUID();
      const made = await chats.create({
        ...{ id, type: 'group', title: 'Заголовок', ownerId: owner, memberIds: [owner, member], createdAt: minute(0) },
      });
      expect(made.existed).to.equal(false);
      const { members = [], ...chat } = made.chat;
      expect(chat).to.deep.equal({
        ...{ id, type: 'group', title: 'Заголовок', createdAt: minute(0) },
        ...{ lastSeq: 0, lastChange: 0, lastMessage: null, unread: 0, mentions: 0, memberCount: 2 },
      });
      expect(members).to.have.deep.members([
        { userId: owner, role: 'owner', readSeq: 0, deliveredSeq: 0 },
        { userId: member, role: 'member', readSeq: 0, deliveredSeq: 0 },
      ]);
      expect(await chats.view(id, member)).to.deep.equal(made.chat);
      expect(await chats.view(randomUUID(), member)).to.equal(undefined);
    });

    it('makes one direct chat of two people, whoever begins and however many at once', async () => {
      const { chats, people } = world();
      const [a, b] = (await people(2)) as [string, string];
      const begin = (ownerId: string, memberIds: string[]) =>
        chats.create({ id: randomUUID(), type: 'direct', title: null, ownerId, memberIds, createdAt: minute(0) });
      const made = await Promise.all([begin(a, [a, b]), begin(b, [b, a]), begin(a, [a, b]), begin(b, [b, a])]);
      expect(new Set(made.map(({ chat }) => chat.id)).size).to.equal(1);
      expect(made.filter(({ existed }) => !existed)).to.have.length(1);
      expect(made[0]?.chat.members?.map(({ role }) => role)).to.deep.equal(['member', 'member']);
      expect(await chats.idsOf(a)).to.deep.equal([made[0]?.chat.id]);
      for (const pair of [
        [a, b],
        [b, a],
      ] as const)
        expect(await chats.direct(...pair)).to.equal(made[0]?.chat.id);
      expect(await chats.direct(a, randomUUID())).to.equal(undefined);
      expect(await chats.update(made[0]?.chat.id as string, { title: 'no' })).to.equal(false);
    });

    it('counts what the viewer has not read, and shows the last message', async () => {
      const { chats, messages, people, group } = world();
      const [a, b] = (await people(2)) as [string, string];
      const id = await group([a, b]);
      const [, last] = await messages.append([message(id, a), message(id, a, 'last')]);
      expect(await chats.view(id, b)).to.deep.include({ unread: 2, lastSeq: 2, lastMessage: last });
      expect(await chats.view(id, a)).to.include({ unread: 0 });
      expect(await chats.view(id, randomUUID())).to.include({ unread: 0 });
    });

    it('lists by newest activity, page by page, only the chats that one is in', async () => {
      const { chats, members, messages, people, group } = world();
      const [me, other] = (await people(2)) as [string, string];
      const made = [];
      for (let n = 0; n < 5; n += 1) made.push(await group([other, me], minute(n)));
      const twins = [await group([me], minute(9)), await group([me], minute(9))].sort().reverse();
      const left = await group([other, me], minute(20));
      await members.remove(left, me, minute(21), false);
      await messages.append([message(made[1] as string, other, 'x', { sentAt: minute(30) })]);
      const expected = [made[1], ...twins, made[4], made[3], made[2], made[0]];
      const seen: (string | undefined)[] = [];
      for (let after: { activeAt: string; id: string } | undefined; ; ) {
        // A page ends between the two that are as old as each other.
        const page = await chats.list(me, { limit: 2, ...(after && { after }) });
        seen.push(...page.map(({ chat }) => chat.id));
        const last = page.at(-1);
        if (page.length < 2 || !last) break;
        after = { activeAt: last.activeAt, id: last.chat.id };
      }
      expect(seen).to.deep.equal(expected);
      const [newest] = await chats.list(me, { limit: 1 });
      expect(newest).to.deep.include({ activeAt: minute(30) });
      expect(newest?.chat).to.include({ unread: 1, memberCount: 2 });
      expect(newest?.chat).not.to.have.property('members');
    });

    it('renames groups that exist', async () => {
      const { chats, person, group } = world();
      const me = await person();
      const id = await group([me]);
      expect(await chats.update(id, { title: 'new' })).to.equal(true);
      expect(await chats.view(id, me)).to.include({ title: 'new' });
      expect(await chats.update(id, { noForwards: true })).to.equal(true);
      expect(await chats.view(id, me)).to.include({ title: 'new', noForwards: true });
      expect(await chats.update(id, { noForwards: false })).to.equal(true);
      expect(await chats.view(id, me)).not.to.have.property('noForwards');
      expect(await chats.update(randomUUID(), { title: 'new' })).to.equal(false);
    });
  });
}
