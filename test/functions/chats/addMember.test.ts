import { expect } from 'chai';
import { addMember } from '#functions/chats/addMember.js';
import type { Chat, OwnState } from '#functions/domain/model.js';
import type { MemberStore, Standing } from '#functions/ports/members.js';
import type { Outcome } from '#runtime/contract/outcome.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aChat, aMember, CHAT } from '../../support/samples.js';

const ME = uuid(1);
const ANN = uuid(2);
const event = testEvent({ chatId: CHAT, userId: ANN });

const ANNS = aChat({ title: "Ann's", lastSeq: 7, members: [aMember(uuid(1), { role: 'owner' }), aMember(ANN)] });
const memberships = [{ room: `chat:${CHAT}`, of: `user:${ANN}`, is: 'in' as const }];
const created = { send: 'chat:created', data: ANNS, to: [`user:${ANN}`], within: `chat:${CHAT}` };
const added = { send: 'chat:member-added', data: { chatId: CHAT, userId: ANN }, to: [`chat:${CHAT}`] };

interface Beforehand {
  readonly standing?: Standing;
  readonly known?: boolean;
  readonly views?: Chat[];
  readonly refused?: readonly { userId: string; until: string }[];
  readonly own?: OwnState;
}

const contextWith = (
  answer: Awaited<ReturnType<MemberStore['add']>>,
  { standing = 'outsider', known = false, views = [], refused = [], own }: Beforehand = {},
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
        view: async (_id, viewer) => (viewer === ANN ? views.shift() : undefined),
      },
      ownState: {
        of: async members => {
          expect(members).to.deep.equal([{ chatId: CHAT, userId: ANN }]);
          return own ? [{ userId: ANN, state: own }] : [];
        },
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
  const settle = (context: ReturnType<typeof contextWith>, outcome: Outcome<unknown, string, never>) =>
    addMember.settle?.(context, event, { outcome });

  it("puts the new member's connections into the room before the group is read", async () => {
    const publish = [{ type: 'minitelegram.chat.member-added.v1', data: { chatId: CHAT, userId: ANN } }];
    const outcome = { publish, memberships };
    expect(await addMember.handle(contextWith('added'), event)).to.deep.equal({ status: 'created', ...outcome });
    expect(await addMember.handle(contextWith('already'), event)).to.deep.equal(outcome);
  });

  it('shows them the group as it is then, and tells everybody', async () => {
    expect(await settle(contextWith('added', { views: [ANNS] }), { status: 'created', memberships })).to.deep.equal({
      emit: [created, added],
      unsettled: true,
    });
  });

  it('tells the devices of somebody who comes back what it was to them: they were told nothing while they were out', async () => {
    const own = { chatId: CHAT, rev: 3, hidden: [{ from: 1, to: 2 }] };
    const context = contextWith('added', { views: [ANNS], own });
    expect((await settle(context, { status: 'created', memberships }))?.emit).to.deep.equal([
      created,
      { send: 'me:changed', data: { note: 3, chats: [own] }, to: [`user:${ANN}`] },
      added,
    ]);
  });

  it('shows it once more to somebody who was in it already, and tells nobody else', async () => {
    expect(await settle(contextWith('already', { views: [ANNS] }), { memberships })).to.deep.equal({
      emit: [created],
      unsettled: true,
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
    expect(await addMember.handle(contextWith('added', { known: true }), event)).to.have.property('memberships');
    const inIt = contextWith('already', { standing: 'member', refused: [{ userId: ANN, until: '' }] });
    expect(await addMember.handle(inIt, event)).to.have.property('memberships');
  });

  it('tells them what has changed while it was shown, and is done when nothing has', async () => {
    const shown = { emit: [created, added] };
    const renamed = { ...ANNS, title: 'Hikers', lastSeq: 8 };
    expect(await settle(contextWith('added', { views: [renamed] }), shown)).to.deep.equal({
      emit: [{ ...created, send: 'chat:updated', data: renamed }],
      unsettled: true,
    });
    expect(await settle(contextWith('added', { views: [{ ...ANNS, lastSeq: 8 }] }), shown)).to.deep.equal({});
  });

  it('takes their connections out again when they were removed by the time that they were let in', async () => {
    const without = aChat({ members: [aMember(uuid(1), { role: 'owner' })] });
    expect(await settle(contextWith('added', { views: [without] }), { status: 'created', memberships })).to.deep.equal({
      memberships: [{ room: `chat:${CHAT}`, of: `user:${ANN}`, is: 'out' }],
    });
  });

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
