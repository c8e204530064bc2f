import { expect } from 'chai';
import { removeMember } from '#functions/chats/removeMember.js';
import type { MemberStore } from '#functions/ports/members.js';
import type { Caller } from '#runtime/contract/caller.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';
import { aChat, aMember, CHAT } from '../../support/samples.js';

const ANN = uuid(2);
const BEN = uuid(3);
const event = testEvent({ chatId: CHAT, userId: ANN });
const rest = aChat({ lastSeq: 5, members: [aMember(BEN, { role: 'owner', readSeq: 5 })] });

function contextWith(
  standing: Awaited<ReturnType<MemberStore['standing']>>,
  answer: Awaited<ReturnType<MemberStore['remove']>> = { removed: true },
) {
  let removals = 0;
  const choices: boolean[] = [];
  const context = testContext({
    caller: {},
    ports: somePorts({
      chats: {
        view: async (_id, viewer) => (viewer === BEN ? rest : undefined),
        readersOf: async () => [{ userIds: [BEN], unread: 0, mentions: 0, lastMessage: null }],
      },
      members: {
        standing: async () => standing,
        remove: async (_chatId, _userId, _at, byChoice) => {
          removals += 1;
          choices.push(byChoice);
          return answer;
        },
      },
    }),
  });
  return { context, removals: () => removals, choices };
}

const gone = { send: 'chat:member-removed', data: { chatId: CHAT, userId: ANN }, to: [`chat:${CHAT}`] };
const memberships = [{ room: `chat:${CHAT}`, of: `user:${ANN}`, is: 'out' }];
const publish = [{ type: 'minitelegram.chat.member-removed.v1', data: { chatId: CHAT, userId: ANN } }];

describe('removeMember', () => {
  it('lets the removed one hear it, and puts them out', async () => {
    const { context } = contextWith({ type: 'group', standing: 'member' });
    expect(await removeMember.handle(context, event)).to.deep.equal({ publish, memberships, emit: [gone] });
  });

  it('says whether they leave by their own act', async () => {
    const { context, choices } = contextWith({ type: 'group', standing: 'member' });
    await removeMember.handle(context, event);
    await removeMember.handle({ ...context, caller: { ...(context.caller as Caller), userId: ANN } }, event);
    expect(choices).to.deep.equal([false, true]);
  });

  it('tells those who stay who is the owner now', async () => {
    const { context } = contextWith({ type: 'group', standing: 'owner' }, { removed: true, newOwner: BEN });
    expect(await removeMember.handle(context, event)).to.deep.equal({
      publish,
      memberships,
      emit: [gone, { send: 'chat:updated', data: rest, to: [`user:${BEN}`], within: `chat:${CHAT}` }],
    });
  });

  it('finishes a removal that failed half-way, without telling it twice', async () => {
    const { context } = contextWith({ type: 'group', standing: 'former' }, { removed: false });
    expect(await removeMember.handle(context, event)).to.deep.equal({ publish, memberships, emit: [] });
  });

  for (const [what, standing, code] of [
    ['a member of a direct chat', { type: 'direct', standing: 'member' }, 'conflict'],
    ['somebody who was never in it', { type: 'group', standing: 'outsider' }, 'not_found'],
    ['anybody from a chat that does not exist', undefined, 'not_found'],
  ] as const) {
    it(`does not remove ${what}`, async () => {
      const { context, removals } = contextWith(standing);
      expect((await failureOf(() => removeMember.handle(context, event))).code).to.equal(code);
      expect(removals()).to.equal(0);
    });
  }
});
