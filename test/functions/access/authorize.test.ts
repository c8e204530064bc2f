import { expect } from 'chai';
import { authorize as authorizeAt } from '#functions/access/authorize.js';
import { guard } from '#functions/access/guard.js';
import { type Access, LEVELS as DECLARED } from '#functions/access/levels.js';
import { isoTime } from '#functions/domain/time.js';
import type { Ports } from '#functions/ports/index.js';
import type { Standing } from '#functions/ports/members.js';
import type { Caller } from '#runtime/contract/caller.js';
import { NOW, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

const CHAT = uuid(100);
const OTHER_CHAT = uuid(101);
const [ann, bob, eve] = [uuid(1), uuid(2), uuid(3)] as const;

const SESSION = uuid(901);

const authorize = (
  ports: Pick<Ports, 'members' | 'sessions'>,
  access: Access,
  caller: Caller | undefined,
  data: unknown,
): Promise<void> => authorizeAt(ports, access, caller, data, NOW);

/** Over a live connection when rooms are named, which is in its session's room too. */
const callerNamed = (userId: string, ...rooms: string[]): Caller => ({
  userId,
  sessionId: SESSION,
  expiresAt: NOW + 60_000,
  ...(rooms.length > 0 && {
    connection: { id: 'c1', inRoom: room => room === `session:${SESSION}` || rooms.includes(room) },
  }),
});

/** One chat, with these people in it; everybody else is an outsider. */
const chatOf = (standings: Readonly<Record<string, Standing>>) =>
  somePorts({
    members: {
      standing: async (chatId, userId) =>
        chatId === CHAT ? { type: 'group', standing: standings[userId] ?? 'outsider' } : undefined,
      visible: async (one, others) => others.filter(other => one in standings && other in standings),
    },
  });

const unreachable = somePorts({
  members: {
    standing: () => Promise.reject(new Error('the database was asked')),
    visible: () => Promise.reject(new Error('the database was asked')),
  },
});

const LEVELS: readonly Access[] = ['user', 'member', 'manager', 'owner', 'removal', 'acquaintance'];

/** Over a live connection of which it is not certain where it is. */
const doubted: Caller = { ...callerNamed(ann), connection: { id: 'c1', inRoom: () => false } };

const sessionThat = (active: boolean) =>
  somePorts({
    sessions: { active: async (id, user, now) => active && id === SESSION && user === ann && now === isoTime(NOW) },
    members: { standing: async () => ({ type: 'group', standing: 'owner' }) },
  });

describe('authorize', () => {
  it('lets anybody call what is public', async () => {
    await authorize(unreachable, 'public', undefined, {});
    await authorize(unreachable, 'public', callerNamed(ann), {});
  });

  it('keeps callers from outside away from what is internal', async () => {
    await authorize(unreachable, 'internal', undefined, {});
    const failure = await failureOf(() => authorize(unreachable, 'internal', callerNamed(ann), {}));
    expect(failure.code).to.equal('forbidden');
  });

  for (const level of LEVELS) {
    it(`wants a caller at level ${level}`, async () => {
      const failure = await failureOf(() => authorize(unreachable, level, undefined, { chatId: CHAT, userId: ann }));
      expect(failure.code).to.equal('unauthorized');
    });
  }

  it('lets any caller do what is for users', () => authorize(unreachable, 'user', callerNamed(ann), undefined));

  it('denies at a level that it does not know', async () => {
    let denied: unknown;
    await authorize(unreachable, 'admin' as Access, callerNamed(ann), {}).catch(error => {
      denied = error;
    });
    expect(denied).to.be.an('error').with.property('message', 'no such access level: admin');
  });

  const allowed: Readonly<Record<'member' | 'manager' | 'owner', readonly Standing[]>> = {
    member: ['owner', 'admin', 'member'],
    manager: ['owner', 'admin'],
    owner: ['owner'],
  };
  for (const [level, roles] of Object.entries(allowed) as [keyof typeof allowed, readonly Standing[]][]) {
    for (const standing of ['owner', 'admin', 'member', 'former', 'outsider'] as const) {
      const may = roles.includes(standing);
      it(`${may ? 'lets' : 'does not let'} somebody who is ${standing} do what is for level ${level}`, async () => {
        const call = () => authorize(chatOf({ [ann]: standing }), level, callerNamed(ann), { chatId: CHAT });
        if (may) await call();
        else expect((await failureOf(call)).code).to.equal('forbidden');
      });
    }

    it(`says at level ${level} that there is no such chat`, async () => {
      const failure = await failureOf(() => authorize(chatOf({}), level, callerNamed(ann), { chatId: OTHER_CHAT }));
      expect(failure).to.include({ code: 'not_found', message: 'no such chat' });
    });
  }

  it('knows a member by the room of their connection, without asking', () =>
    authorize(unreachable, 'member', callerNamed(ann, `chat:${CHAT}`), { chatId: CHAT }));

  it('asks when the connection is in another room only', async () => {
    const caller = callerNamed(ann, `chat:${OTHER_CHAT}`);
    await authorize(chatOf({ [ann]: 'member' }), 'member', caller, { chatId: CHAT });
    const failure = await failureOf(() => authorize(chatOf({ [ann]: 'former' }), 'member', caller, { chatId: CHAT }));
    expect(failure.code).to.equal('forbidden');
  });

  it('takes the room for membership, not for a role', async () => {
    const caller = callerNamed(ann, `chat:${CHAT}`);
    for (const level of ['manager', 'owner'] as const) {
      const failure = await failureOf(() => authorize(chatOf({ [ann]: 'member' }), level, caller, { chatId: CHAT }));
      expect(failure.code).to.equal('forbidden');
    }
  });

  it('asks again whether the session stands when the call waited after its caller was authenticated', async () => {
    const late = (since: number) => authorizeAt(sessionThat(false), 'user', callerNamed(ann), {}, NOW, since);
    await late(NOW - 50);
    expect((await failureOf(() => late(NOW - 51))).code).to.equal('unauthorized');
    await authorizeAt(sessionThat(true), 'user', callerNamed(ann), {}, NOW, NOW - 51);
  });

  describe('of a connection that may have missed a sign-out', () => {
    for (const level of ['user', 'member', 'manager', 'owner', 'removal', 'acquaintance'] as const) {
      it(`asks at level ${level} whether its session still stands`, async () => {
        const data = { chatId: CHAT, userId: ann };
        await authorize(sessionThat(true), level, doubted, data);
        const failure = await failureOf(() => authorize(sessionThat(false), level, doubted, data));
        expect(failure).to.include({ code: 'unauthorized', message: 'this session has ended: sign in again' });
      });
    }

    it('lets it end, whatever has become of its session', () => authorize(sessionThat(false), 'holder', doubted, {}));
  });

  describe('of a revocation', () => {
    const revoke = (sessionId: string, active: boolean) =>
      authorize(sessionThat(active), 'revoker', callerNamed(ann), { sessionId });

    it('lets a session that has ended be ended again by itself', () => revoke(SESSION, false));
    it('lets a session that stands end another', () => revoke(uuid(902), true));
    it('does not let a session that has ended end another', async () =>
      expect((await failureOf(() => revoke(uuid(902), false))).code).to.equal('unauthorized'));
  });

  describe('of a removal', () => {
    const remove = (own: Standing, target: Standing) =>
      authorize(chatOf({ [ann]: own, [bob]: target }), 'removal', callerNamed(ann), { chatId: CHAT, userId: bob });

    for (const role of ['owner', 'admin', 'member', 'former'] as const) {
      it(`lets somebody who is ${role} leave, also a second time`, () =>
        authorize(chatOf({ [ann]: role }), 'removal', callerNamed(ann), { chatId: CHAT, userId: ann }));
    }

    for (const [own, target] of [
      ['owner', 'admin'],
      ['owner', 'member'],
      ['admin', 'member'],
      ['owner', 'former'],
      ['admin', 'former'],
    ] as const) {
      it(`lets the ${own} remove the ${target}`, () => remove(own, target));
    }

    for (const [own, target, code] of [
      ['admin', 'owner', 'forbidden'],
      ['admin', 'admin', 'forbidden'],
      ['member', 'member', 'forbidden'],
      ['member', 'owner', 'forbidden'],
      ['former', 'member', 'forbidden'],
      ['outsider', 'member', 'forbidden'],
      ['owner', 'outsider', 'not_found'],
      ['admin', 'outsider', 'not_found'],
      ['member', 'outsider', 'forbidden'],
      ['outsider', 'outsider', 'forbidden'],
    ] as const) {
      it(`answers ${code} when somebody who is ${own} removes somebody who is ${target}`, async () => {
        expect((await failureOf(() => remove(own, target))).code).to.equal(code);
      });
    }

    it('does not let somebody leave who is not in', async () => {
      const data = { chatId: CHAT, userId: eve };
      const failure = await failureOf(() => authorize(chatOf({}), 'removal', callerNamed(eve), data));
      expect(failure.code).to.equal('forbidden');
    });
  });

  it('lets people see themselves and those they share a chat with', async () => {
    const people = chatOf({ [ann]: 'member', [bob]: 'member' });
    await authorize(unreachable, 'acquaintance', callerNamed(eve), { userId: eve });
    await authorize(people, 'acquaintance', callerNamed(ann), { userId: bob });
    const failure = await failureOf(() => authorize(people, 'acquaintance', callerNamed(eve), { userId: bob }));
    expect(failure.code).to.equal('forbidden');
  });

  for (const data of [undefined, null, 'text', 7, [], {}, { chatId: 7, userId: {} }, { chatId: null, userId: [] }]) {
    it(`calls ${JSON.stringify(data)} invalid wherever it must name a chat or a user`, async () => {
      for (const [level, path] of [
        ['member', '/chatId'],
        ['manager', '/chatId'],
        ['owner', '/chatId'],
        ['removal', '/chatId'],
        ['acquaintance', '/userId'],
      ] as const) {
        const failure = await failureOf(() => authorize(unreachable, level, callerNamed(ann), data));
        expect(failure.code).to.equal('invalid');
        expect(failure.errors).to.deep.equal([{ path, message: 'must be an id' }]);
      }
    });
  }
});

describe('guard', () => {
  it('names the ports that it needs', () =>
    expect([...guard.needs].sort()).to.deep.equal(['members', 'sessions', 'tokens']));

  it('decides as authorize does', async () => {
    const failure = await failureOf(() => guard.authorize(unreachable as never, 'user', undefined, {}, NOW, NOW));
    expect(failure.code).to.equal('unauthorized');
  });

  for (const [level, { refuses }] of Object.entries(DECLARED)) {
    it(`refuses at level ${level} in the ways that the level names, and in no other`, async () => {
      const standings: (Standing | undefined)[] = ['owner', 'admin', 'member', 'former', 'outsider', undefined];
      const codes = new Set<string>();
      for (const own of standings)
        for (const other of standings)
          for (const caller of [undefined, callerNamed(ann)]) {
            const ports = chatOf({ ...(own && { [ann]: own }), ...(other && { [bob]: other }) });
            const data = { chatId: own ? CHAT : OTHER_CHAT, userId: bob, sessionId: SESSION };
            await authorize(ports, level as Access, caller, data).catch(({ code }) => codes.add(code));
          }
      expect([...codes]).to.have.members([...refuses]);
    });
  }
});
