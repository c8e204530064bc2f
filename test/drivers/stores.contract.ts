/** What the stores promise, whatever PostgreSQL is behind them. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { LIMITS } from '../../functions/domain/names.js';
import { Failure } from '../../runtime/contract/failure.js';
import { message, minute, type World } from '../support/world.js';

const failureOf = async (work: Promise<unknown>): Promise<Failure> => {
  const thrown = await work.then(
    () => undefined,
    error => error,
  );
  expect(thrown).to.be.instanceOf(Failure);
  return thrown;
};

export function usersContract(world: () => World): void {
  const newcomer = (email: string, username: string) => ({
    id: randomUUID(),
    email,
    username,
    displayName: 'Новичок',
    passwordHash: 'hash',
    createdAt: minute(0),
  });

  describe('users', () => {
    it('names the field that is taken, whatever its case', async () => {
      const { users } = world();
      const tag = randomUUID();
      const { id } = await users.create(newcomer(`Ada-${tag}@example.org`, `Ada-${tag}`));
      const email = await failureOf(users.create(newcomer(`aDA-${tag}@EXAMPLE.org`, `other-${tag}`)));
      expect([email.code, email.errors?.[0]?.path]).to.deep.equal(['conflict', '/email']);
      const username = await failureOf(users.create(newcomer(`other-${tag}@example.org`, `ADA-${tag}`)));
      expect([username.code, username.errors?.[0]?.path]).to.deep.equal(['conflict', '/username']);
      expect(await users.update(id, { username: `ADA-${tag}` })).to.include({ username: `ADA-${tag}` });
    });

    it('signs in by e-mail without regard to case, and knows nobody else', async () => {
      const { users } = world();
      const email = `Mixed-${randomUUID()}@Example.org`;
      const profile = await users.create(newcomer(email, `u${randomUUID()}`));
      expect(await users.credentials(email.toLowerCase())).to.deep.equal({ profile, passwordHash: 'hash' });
      expect(await users.profile(profile.id)).to.deep.equal(profile);
      expect(await users.credentials('nobody@example.org')).to.equal(undefined);
      expect(await users.profile(randomUUID())).to.equal(undefined);
    });

    it('changes only what is given, and reports a name that is taken', async () => {
      const { users, person } = world();
      const [a, b] = [await person(), await person()];
      const taken = (await users.profile(b))?.username as string;
      const before = await users.profile(a);
      expect(await users.update(a, { displayName: 'Neu' })).to.deep.equal({ ...before, displayName: 'Neu' });
      expect((await failureOf(users.update(a, { username: taken }))).errors?.[0]?.path).to.equal('/username');
      expect(await users.update(randomUUID(), { displayName: 'x' })).to.equal(undefined);
    });

    it('finds people by any part of their names, best first, never the asker', async () => {
      const { users, person } = world();
      const tag = randomUUID().slice(0, 8);
      const exact = await person(`q${tag}`);
      const prefix = await person(`q${tag}zz`);
      const inside = await person(`zz-q${tag}-zz`, 'Someone');
      const shown = await person(`xx${randomUUID()}`, `Олег Q${tag.toUpperCase()} Ж`);
      const ids = async (query: string, asker: string) => (await users.search(query, asker)).map(found => found.id);
      const found = await ids(`Q${tag}`, randomUUID());
      expect(found.slice(0, 2)).to.deep.equal([exact, prefix]);
      expect(found).to.have.members([exact, prefix, inside, shown]);
      expect(await ids(`q${tag}`, exact)).to.have.members([prefix, inside, shown]);
    });

    it('takes wildcards, quotes and short queries literally', async () => {
      const { users, person } = world();
      const asker = await person();
      const odd = await person(`100%_\\'${randomUUID().slice(0, 8)}`);
      for (const query of ['100%_', "%_\\'", '10']) {
        expect((await users.search(query, asker)).map(({ id }) => id)).to.include(odd);
      }
      for (const query of ['%%%', '___', '%', '_', '\\']) expect(await users.search(query, asker)).to.deep.equal([]);
    });

    it('answers 20 people at most', async () => {
      const { users, person } = world();
      const tag = randomUUID().slice(0, 8);
      await Promise.all(Array.from({ length: 23 }, (_, n) => person(`many${tag}${n}`)));
      expect(await users.search(`many${tag}`, randomUUID())).to.have.length(20);
    });

    it('knows who exists and when they were last seen, which only moves forward', async () => {
      const { users, people } = world();
      const [a, b] = (await people(2)) as [string, string];
      const stranger = randomUUID();
      expect(await users.existing([a, stranger, b])).to.have.members([a, b]);
      await users.setLastSeen(a, minute(5));
      await users.setLastSeen(a, minute(4));
      await users.setLastSeen(stranger, minute(4));
      expect([...(await users.lastSeen([a, b, stranger]))]).to.deep.equal([[a, minute(5)]]);
    });
  });
}

export function sessionsContract(world: () => World): void {
  const open = async (userId: string, expiresAt = minute(60)) => {
    const session = { id: randomUUID(), userId, device: 'phone', refreshDigest: randomUUID(), createdAt: minute(0) };
    await world().sessions.create({ ...session, expiresAt });
    return session;
  };
  const exchange = (digest: string, now = minute(1)) => {
    const nextDigest = randomUUID();
    return world()
      .sessions.rotate({ digest, nextDigest, now, expiresAt: minute(90) })
      .then(answer => ({ ...answer, nextDigest }));
  };

  describe('sessions', () => {
    it('exchanges a refresh token once; shown again, it ends the session', async () => {
      const { sessions, person } = world();
      const userId = await person();
      const { id, refreshDigest } = await open(userId);
      const first = await exchange(refreshDigest);
      expect(first).to.include({ result: 'rotated', sessionId: id, userId });
      const second = await exchange(first.nextDigest);
      expect(second.result).to.equal('rotated');
      expect(await sessions.active(id, minute(2))).to.equal(true);
      expect(await exchange(refreshDigest)).to.include({ result: 'reused', sessionId: id, userId });
      expect(await sessions.active(id, minute(2))).to.equal(false);
      expect((await exchange(second.nextDigest)).result).to.equal('unknown');
      expect((await exchange(refreshDigest)).result).to.equal('unknown');
    });

    it('lets exactly one of two calls at once exchange the token', async () => {
      const { person } = world();
      const { refreshDigest } = await open(await person());
      const results = await Promise.all([1, 2, 3].map(() => exchange(refreshDigest)));
      expect(results.filter(({ result }) => result === 'rotated')).to.have.length(1);
    });

    it('knows no token that never was, or is past its end', async () => {
      const { sessions, person } = world();
      const { id, refreshDigest } = await open(await person(), minute(10));
      expect((await exchange(randomUUID())).result).to.equal('unknown');
      expect((await exchange(refreshDigest, minute(10))).result).to.equal('unknown');
      expect(await sessions.active(id, minute(9))).to.equal(true);
      expect(await sessions.active(id, minute(10))).to.equal(false);
    });

    it('lists the devices that are signed in, the last used first, and signs one out', async () => {
      const { sessions, people } = world();
      const [userId, stranger] = (await people(2)) as [string, string];
      await open(userId, minute(1));
      const [a, b] = [await open(userId), await open(userId)];
      await exchange(a.refreshDigest, minute(3));
      const listed = await sessions.list(userId, minute(4));
      expect(listed.map(session => session.id)).to.deep.equal([a.id, b.id]);
      expect(listed[0]).to.deep.equal({ id: a.id, device: 'phone', createdAt: minute(0), lastUsedAt: minute(3) });
      expect(await sessions.revoke(a.id, stranger, minute(4))).to.equal(false);
      expect(await sessions.revoke(a.id, userId, minute(4))).to.equal(true);
      expect(await sessions.revoke(a.id, userId, minute(4))).to.equal(false);
      expect((await sessions.list(userId, minute(4))).map(session => session.id)).to.deep.equal([b.id]);
    });

    it('forgets a user’s sessions that are past their end when a new one comes', async () => {
      const { sql, person } = world();
      const userId = await person();
      const { refreshDigest } = await open(userId, minute(-1));
      await exchange(refreshDigest, minute(-2));
      await sql.query('test-age', 'update sessions set expires_at = $2 where user_id = $1', [userId, minute(-1)]);
      const { id } = await open(userId);
      const rows = await sql.query('test-sessions', 'select id from sessions where user_id = $1', [userId]);
      expect(rows).to.deep.equal([{ id }]);
    });
  });
}

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
        ...{ lastSeq: 0, lastMessage: null, unread: 0, memberCount: 2 },
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
      expect(await chats.setTitle(made[0]?.chat.id as string, 'no')).to.equal(false);
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
      await members.remove(left, me, minute(21));
      await messages.append([message(made[1] as string, other, 'x', { sentAt: minute(30) })]);
      const expected = [made[1], ...twins, made[4], made[3], made[2], made[0]];
      const seen: (string | undefined)[] = [];
      for (let after: { activeAt: string; id: string } | undefined; ; ) {
        const page = await chats.list(me, { limit: 3, ...(after && { after }) });
        seen.push(...page.map(({ chat }) => chat.id));
        const last = page.at(-1);
        if (page.length < 3 || !last) break;
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
      expect(await chats.setTitle(id, 'new')).to.equal(true);
      expect(await chats.view(id, me)).to.include({ title: 'new' });
      expect(await chats.setTitle(randomUUID(), 'new')).to.equal(false);
    });
  });
}

export function membersContract(world: () => World): void {
  describe('members', () => {
    it('tells owner, member, former and outsider apart, and no chat', async () => {
      const { members, people, group } = world();
      const [owner, member, outsider] = (await people(3)) as [string, string, string];
      const id = await group([owner, member]);
      expect(await members.standing(id, owner)).to.deep.equal({ type: 'group', standing: 'owner' });
      expect(await members.standing(id, member)).to.include({ standing: 'member' });
      expect(await members.standing(id, outsider)).to.include({ standing: 'outsider' });
      await members.remove(id, member, minute(1));
      expect(await members.standing(id, member)).to.include({ standing: 'former' });
      expect(await members.standing(randomUUID(), member)).to.equal(undefined);
    });

    it('knows who shares a chat at this moment', async () => {
      const { members, people, group } = world();
      const [a, b, c] = (await people(3)) as [string, string, string];
      await group([a, b]);
      const left = await group([a, c]);
      expect(await members.sharing(a, [b, c, randomUUID()])).to.have.members([b, c]);
      await members.remove(left, c, minute(1));
      expect(await members.sharing(a, [b, c])).to.deep.equal([b]);
      expect(await members.shareChat(a, b)).to.equal(true);
      expect(await members.shareChat(a, c)).to.equal(false);
      expect(await members.shareChat(b, c)).to.equal(false);
    });

    it('adds a person up to date, once, and again after they left', async () => {
      const { chats, members, messages, people, group } = world();
      const [owner, guest] = (await people(2)) as [string, string];
      const id = await group([owner]);
      await messages.append([message(id, owner), message(id, owner)]);
      expect(await members.add(id, guest, minute(2))).to.equal('added');
      expect(await members.add(id, guest, minute(2))).to.equal('already');
      expect(await chats.view(id, guest)).to.include({ unread: 0, memberCount: 2 });
      await members.remove(id, guest, minute(3));
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
      expect(await members.remove(id, owner, minute(9))).to.deep.equal({ removed: true, newOwner: admin });
      expect(await members.remove(id, owner, minute(9))).to.deep.equal({ removed: false });
      expect(await members.standing(id, admin)).to.include({ standing: 'owner' });
      expect(await members.remove(id, admin, minute(9))).to.deep.equal({ removed: true, newOwner: first });
      expect(await members.remove(id, second, minute(9))).to.deep.equal({ removed: true });
      expect(await members.remove(id, first, minute(9))).to.deep.equal({ removed: true });
      expect(await chats.view(id, owner)).to.deep.include({ memberCount: 0, members: [] });
    });

    it('leaves one owner when everybody leaves at once', async () => {
      const { chats, members, people, group } = world();
      const all = await people(6);
      const id = await group(all);
      await Promise.all(all.slice(0, 4).map(user => members.remove(id, user, minute(1))));
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
      await members.remove(id, c, minute(2));
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

    it('folds thousands of marks of many writers at once without a deadlock', async () => {
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
      await Promise.all(writers);
      const full = chats.flatMap(chatId => all.map(userId => ({ chatId, userId, seq: 10 })));
      await members.markRead(full);
      expect(await members.markRead(full)).to.deep.equal([]);
    });
  });
}
