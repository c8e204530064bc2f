import { expect } from 'chai';
import { addMember } from '../../../functions/chats/addMember.js';
import type { MemberStore } from '../../../functions/ports/members.js';
import { NOW, testContext, testEvent, uuid } from '../../../runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aChat, CHAT } from '../../support/samples.js';

const ANN = uuid(2);
const event = testEvent({ chatId: CHAT, userId: ANN });

const contextWith = (answer: Awaited<ReturnType<MemberStore['add']>>) =>
  testContext({
    caller: {},
    ports: somePorts({
      chats: {
        view: async (id, viewer) => (viewer === ANN ? aChat({ id, title: "Ann's" }) : undefined),
      },
      members: {
        add: async (chatId, userId, at) => {
          expect([chatId, userId, at]).to.deep.equal([CHAT, ANN, new Date(NOW).toISOString()]);
          return answer;
        },
      },
    }),
  });

describe('addMember', () => {
  it("puts the new member's connections into the room, shows them the chat, and tells everybody", async () => {
    expect(await addMember.handle(contextWith('added'), event)).to.deep.equal({
      emit: [
        { join: `chat:${CHAT}`, of: `user:${ANN}` },
        { send: 'chat:created', data: aChat({ title: "Ann's" }), to: [`user:${ANN}`] },
        { send: 'chat:member-added', data: { chatId: CHAT, userId: ANN }, to: [`chat:${CHAT}`] },
      ],
    });
  });

  it('tells nobody when they are in it already, and makes sure of the room', async () => {
    expect(await addMember.handle(contextWith('already'), event)).to.deep.equal({
      emit: [{ join: `chat:${CHAT}`, of: `user:${ANN}` }],
    });
  });

  for (const [standing, emit] of [
    ['former', { emit: [{ leave: `chat:${CHAT}`, of: `user:${ANN}` }, { refresh: `user:${ANN}` }] }],
    ['member', {}],
  ] as const) {
    it(`has the last word on their connections when they are ${standing} by the time of the join`, async () => {
      const context = testContext({
        caller: {},
        ports: somePorts({ chats: {}, members: { standing: async () => ({ type: 'group' as const, standing }) } }),
      });
      const outcome = await addMember.handle(contextWith('added'), event);
      expect(await addMember.settle?.(context, event, { outcome })).to.deep.equal(emit);
      expect(await addMember.settle?.(context, event, { outcome: {} })).to.deep.equal({});
    });
  }

  for (const [answer, code] of [
    ['full', 'conflict'],
    ['not-a-group', 'conflict'],
    ['no-user', 'not_found'],
  ] as const) {
    it(`answers ${code} for '${answer}'`, async () => {
      expect((await failureOf(() => addMember.handle(contextWith(answer), event))).code).to.equal(code);
    });
  }
});
