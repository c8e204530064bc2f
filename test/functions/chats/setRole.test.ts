import { expect } from 'chai';
import { Check } from 'typebox/value';
import { setRole } from '#functions/chats/setRole.js';
import type { Standing } from '#functions/ports/members.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aChat, aMember, CHAT } from '../../support/samples.js';

const ANN = uuid(2);
const event = testEvent({ chatId: CHAT, userId: ANN, role: 'admin' as const });
const chat = aChat({ members: [aMember(uuid(1), { role: 'owner' }), aMember(ANN, { role: 'admin' })] });

const contextWith = (standing: Standing) =>
  testContext({
    caller: {},
    ports: somePorts({
      chats: {
        view: async () => chat,
        readersOf: async () => [{ userIds: [uuid(1), ANN], unread: 0, mentions: 0, lastMessage: null }],
      },
      members: {
        setRole: async (chatId, userId, role) => {
          expect([chatId, userId, role]).to.deep.equal([CHAT, ANN, 'admin']);
          return standing === 'member' || standing === 'admin';
        },
        standing: async () => ({ type: 'group', standing }),
      },
    }),
  });

describe('setRole', () => {
  it('changes a role and tells the members, answering nothing', async () => {
    expect(await setRole.handle(contextWith('member'), event)).to.deep.equal({
      emit: [{ send: 'chat:updated', data: chat, to: [`user:${uuid(1)}`, `user:${ANN}`], within: `chat:${CHAT}` }],
    });
  });

  for (const [standing, code] of [
    ['owner', 'conflict'],
    ['outsider', 'not_found'],
  ] as const) {
    it(`answers ${code} for the role of an ${standing}`, async () => {
      expect((await failureOf(() => setRole.handle(contextWith(standing), event))).code).to.equal(code);
    });
  }

  it('makes nobody an owner', () => {
    expect(Check(setRole.input, { chatId: CHAT, userId: ANN, role: 'owner' })).to.equal(false);
  });
});
