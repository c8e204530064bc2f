/** What the store of members promises: roles, watermarks, and departures. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { LIMITS } from '#functions/domain/names.js';
import { message, minute, type World } from '../support/world.js';

export function membersContract(world: () => World): void {
  describe('members', () => {
    it('tells owner, member, former and outsider apart, and no chat', async () => {
      const { members, people, group } = world();
      const [owner, member, outsider] = (await people(3)) as [string, string, string];
      const id = await group([owner, member]);
      expect(await members.standing(id, owner)).to.deep.equal({ type: 'group', standing: 'owner' });
      expect(await members.standing(id, member)).to.include({ standing: 'member' });
      expect(await members.standing(id, outsider)).to.include({ standing: 'outsider' });
      await members.remove(id, member, minute(1), false);
      expect(await members.standing(id, member)).to.include({ standing: 'former' });
      expect(await members.standing(randomUUID(), member)).to.equal(undefined);
    });

    it('knows who shares a chat at this moment', async () => {
      const { members, people, group } = world();
      const [a, b, c] = (await people(3)) as [string, string, string];
      await group([a, b]);
      const left = await group([a, c]);
      expect(await members.sharing(a, [b, c, randomUUID()])).to.have.members([b, c]);
      await members.remove(left, c, minute(1), false);
      expect(await members.sharing(a, [b, c])).to.deep.equal([b]);
      expect(await members.sharing(b, [c])).to.deep.equal([]);
    });

    it('shows presence to who shares a group, or a direct chat only where the other has written', async () => {
      const { chats, members, messages, people, group } = world();
      const [victim, stranger, mate] = (await people(3)) as [string, string, string];
      await group([mate, victim]);
      const direct = randomUUID();
      const both = { ownerId: stranger, memberIds: [stranger, victim], createdAt: minute(0) };
      await chats.create({ id: direct, type: 'direct', title: null, ...both });
      await messages.append([message(direct, stranger)]);
      expect(await members.visible(mate, [victim, randomUUID()])).to.deep.equal([victim]);
      expect(await members.visible(stranger, [victim])).to.deep.equal([]);
      expect(await members.visible(victim, [stranger])).to.deep.equal([stranger]);
      expect(await chats.presenceIdsOf(victim)).to.have.length(1);
      await messages.append([message(direct, victim)]);
      expect(await members.visible(stranger, [victim])).to.deep.equal([victim]);
      expect(await chats.presenceIdsOf(victim)).to.have.length(2);
      expect(await chats.direct(victim, mate)).to.equal(undefined);
    });

    it('takes for strangers to somebody all who never wrote in a chat that they share now', async () => {
      const { members, messages, people, group } = world();
      const [me, silent, writer, gone] = (await people(4)) as [string, string, string, string];
      const id = await group([me, silent, writer, gone]);
      await messages.append([message(id, writer), message(id, gone)]);
      await members.remove(id, gone, minute(2), false);
      expect(await members.strangers(me, [silent, writer, gone])).to.have.members([silent, gone]);
      expect(await members.strangers(me, [])).to.deep.equal([]);
    });

    it('puts nobody back who left by their own act, but who was sent away', async () => {
      const { members, people, group } = world();
      const [owner, leaver, sent] = (await people(3)) as [string, string, string];
      const id = await group([owner, leaver, sent]);
      await members.remove(id, leaver, minute(1), true);
      await members.remove(id, leaver, minute(1), false);
      await members.remove(id, sent, minute(1), false);
      expect(await members.add(id, leaver, minute(2))).to.equal('left');
      expect(await members.add(id, sent, minute(2))).to.equal('added');
      expect(await members.standing(id, leaver)).to.include({ standing: 'former' });
    });

    it('adds a person up to date, once, and again after they left', async () => {
      const { chats, members, messages, people, group } = world();
      const [owner, guest] = (await people(2)) as [string, string];
      const id = await group([owner]);
      await messages.append([message(id, owner), message(id, owner)]);
      expect(await members.add(id, guest, minute(2))).to.equal('added');
      expect(await members.add(id, guest, minute(2))).to.equal('already');
      expect(await chats.view(id, guest)).to.include({ unread: 0, memberCount: 2 });
      await members.remove(id, guest, minute(3), false);
      await messages.append([message(id, owner)]);
      expect(await members.add(id, guest, minute(4))).to.equal('added');
      const view = await chats.view(id, guest);
      expect(view).to.include({ unread: 0, memberCount: 2 });
      expect(view?.members?.at(-1)).to.deep.equal({ userId: guest, role: 'member', readSeq: 3, deliveredSeq: 3 });
    });

    it('refuses strangers, direct chats, chats that are not there and full ones', async () => {
      const { sql, chats, members, people, group } = world();
      const [a, b, c] = (await people(3)) as [string, string, string];
      const id = await group([a]);
      const direct = randomUUID();
      const both = { ownerId: a, memberIds: [a, b], createdAt: minute(0) };
      await chats.create({ id: direct, type: 'direct', title: null, ...both });
      expect(await members.add(id, randomUUID(), minute(1))).to.equal('no-user');
      expect(await members.add(direct, c, minute(1))).to.equal('not-a-group');
      expect(await members.add(randomUUID(), c, minute(1))).to.equal('not-a-group');
      const brim = 'update chats set member_count = $2 where id = $1';
      await sql.query('test-brim', brim, [id, LIMITS.groupMembers - 1]);
      const answers = await Promise.all([members.add(id, b, minute(1)), members.add(id, c, minute(1))]);
      expect(answers.sort()).to.deep.equal(['added', 'full']);
    });

    it('hands the group over to the oldest admin, else the oldest member, else nobody', async () => {
      const { chats, members, people, group } = world();
      const [owner, first, second, admin] = (await people(4)) as [string, string, string, string];
      const id = await group([owner]);
      for (const [n, user] of [first, second, admin].entries()) await members.add(id, user, minute(n + 1));
      expect(await members.setRole(id, admin, 'admin')).to.equal(true);
      expect(await members.remove(id, owner, minute(9), false)).to.deep.equal({ removed: true, newOwner: admin });
      expect(await members.remove(id, owner, minute(9), false)).to.deep.equal({ removed: false });
      expect(await members.standing(id, admin)).to.include({ standing: 'owner' });
      expect(await members.remove(id, admin, minute(9), false)).to.deep.equal({ removed: true, newOwner: first });
      expect(await members.remove(id, second, minute(9), false)).to.deep.equal({ removed: true });
      expect(await members.remove(id, first, minute(9), false)).to.deep.equal({ removed: true });
      expect(await chats.view(id, owner)).to.deep.include({ memberCount: 0, members: [] });
    });

    it('leaves one owner when everybody leaves at once', async () => {
      const { chats, members, people, group } = world();
      const all = await people(6);
      const id = await group(all);
      await Promise.all(all.slice(0, 4).map(user => members.remove(id, user, minute(1), false)));
      const view = await chats.view(id, all[5] as string);
      expect(view?.memberCount).to.equal(2);
      expect(view?.members?.filter(({ role }) => role === 'owner')).to.have.length(1);
    });

    it('gives roles to members, not to owners, outsiders or in direct chats', async () => {
      const { chats, members, people, group } = world();
      const [owner, member] = (await people(2)) as [string, string];
      const id = await group([owner, member]);
      expect(await members.setRole(id, member, 'admin')).to.equal(true);
      expect(await members.standing(id, member)).to.include({ standing: 'admin' });
      expect(await members.setRole(id, owner, 'member')).to.equal(false);
      expect(await members.setRole(id, randomUUID(), 'member')).to.equal(false);
      const direct = randomUUID();
      const both = { ownerId: owner, memberIds: [owner, member], createdAt: minute(0) };
      await chats.create({ id: direct, type: 'direct', title: null, ...both });
      expect(await members.setRole(direct, member, 'admin')).to.equal(false);
    });

    it('moves watermarks forward only, never past the last message, and says which moved', async () => {
      const { chats, members, messages, people, group } = world();
      const [a, b, c] = (await people(3)) as [string, string, string];
      const id = await group([a, b, c]);
      await messages.append([1, 2, 3, 4].map(() => message(id, a)));
      await members.remove(id, c, minute(2), false);
      const at = (userId: string, seq: number, chatId = id) => ({ chatId, userId, seq });
      expect(await members.markDelivered([at(b, 3), at(b, 2), at(b, 3)])).to.deep.equal([at(b, 3)]);
      expect(await members.markDelivered([at(b, 3)])).to.deep.equal([]);
      const marks = [at(b, 1), at(b, 99), at(a, 4), at(c, 4), at(b, 4, randomUUID()), at(randomUUID(), 4)];
      expect(await members.markRead(marks)).to.deep.equal([at(b, 4)]);
      expect(await members.markRead([at(b, 2)])).to.deep.equal([]);
      const view = await chats.view(id, b);
      expect(view?.members?.find(({ userId }) => userId === b)).to.include({ readSeq: 4, deliveredSeq: 4 });
      expect(view?.unread).to.equal(0);
      expect(await members.markRead([])).to.deep.equal([]);
    });

    it('folds thousands of marks while others write, leave and join, without a deadlock', async () => {
      const { members, messages, people, group } = world();
      const all = await people(20);
      const chats = await Promise.all([1, 2, 3, 4].map(() => group(all)));
      await messages.append(chats.flatMap(id => all.slice(0, 10).map(user => message(id, user))));
      const storm = () => {
        const marks = Array.from({ length: 1_000 }, () => ({
          chatId: chats[Math.floor(Math.random() * 4)] as string,
          userId: all[Math.floor(Math.random() * 20)] as string,
          seq: Math.ceil(Math.random() * 10),
        }));
        return members.markRead(marks);
      };
      const writers = Array.from({ length: 12 }, (_, n) =>
        n % 3 === 0 ? messages.append(chats.map(id => message(id, all[n] as string))) : storm(),
      );
      const leavers = chats.flatMap(id =>
        all
          .slice(0, 6)
          .map(user => members.remove(id, user, minute(2), false).then(() => members.add(id, user, minute(3)))),
      );
      await Promise.all([...writers, ...leavers]);
      const full = chats.flatMap(chatId => all.map(userId => ({ chatId, userId, seq: 10 })));
      await members.markRead(full);
      expect(await members.markRead(full)).to.deep.equal([]);
    });
  });
}
