import { expect } from 'chai';
import { addMember } from '../../../functions/chats/addMember.js';
import type { MemberStore, Standing } from '../../../functions/ports/members.js';
import { NOW, testContext, testEvent, uuid } from '../../../runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aChat, CHAT } from '../../support/samples.js';

const ME = uuid(1);
const ANN = uuid(2);
const event = testEvent({ chatId: CHAT, userId: ANN });

interface Beforehand {
  readonly standing?: Standing;
  readonly known?: boolean;
  readonly refused?: readonly { userId: string; until: string }[];
}

const contextWith = (
  answer: Awaited<ReturnType<MemberStore['add']>>,
  { standing = 'outsider', known = false, refused = [] }: Beforehand = {},
) =>
  testContext({
    caller: { userId: ME },
    ports: somePorts({
      approaches: {
        take: async (userIds, at) => {
          expect([userIds, at]).to.deep.equal([known ? [] : [ANN], new Date(NOW).toISOString()]);
          return refused;
        },
      },
      chats: {
        view: async (id, viewer) => (viewer === ANN ? aChat({ id, title: "Ann's" }) : undefined),
      },
      members: {
        standing: async () => ({ type: 'group' as const, standing }),
        strangers: async (userId, others) => {
          expect(userId).to.equal(ME);
          return known ? [] : others;
        },
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

  it('counts what people whom the new member does not know do to them, and refuses when it is too much', async () => {
    const until = new Date(NOW + 90_000).toISOString();
    const context = contextWith('added', { refused: [{ userId: ANN, until }] });
    const failure = await failureOf(() => addMember.handle(context, event));
    expect(failure).to.deep.include({ code: 'rate_limited', retryAfterMs: 90_000 });
    expect(failure.errors?.map(({ path }) => path)).to.deep.equal(['/userId']);
  });

  it('counts nothing when they know who adds them, nor when they are in the group already', async () => {
    expect(await addMember.handle(contextWith('added', { known: true }), event)).to.have.property('emit');
    const inIt = contextWith('already', { standing: 'member', refused: [{ userId: ANN, until: '' }] });
    expect(await addMember.handle(inIt, event)).to.have.property('emit');
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
    ['left', 'forbidden'],
  ] as const) {
    it(`answers ${code} for '${answer}'`, async () => {
      expect((await failureOf(() => addMember.handle(contextWith(answer), event))).code).to.equal(code);
    });
  }
});
