/**
 * Takes somebody into a group. Their connections are in its room first, and then the group is read and shown to them: whatever
 * is said in it is either older than what they are shown, or they hear it. Who comes back finds what the group was to them alone.
 */
import { Failure } from 'function-runtime';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { approachByAdding } from '../domain/approach.js';
import { chatMemberAdded } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { LIMITS, room } from '../domain/names.js';
import { chatShown, chatTold, membership } from '../domain/news.js';
import { ownStateChanged } from '../domain/own-state.js';
import { retell } from '../domain/retell.js';
import { ChatId, strictObject, UserId } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

export const addMember = single({
  name: 'addMember',
  access: 'manager',
  needs: ['approaches', 'chats', 'members', 'ownState'],
  limits: [RATES.changeChat],
  emits: ['chat:created', 'chat:member-added', 'chat:updated', 'me:changed'],
  publishes: [chatMemberAdded],
  summary: 'Adds a user to a group. An existing member keeps their role.',
  input: strictObject({ chatId: ChatId, userId: UserId }),
  refuses: ['not_found', 'forbidden', 'conflict', 'rate_limited'],
  async handle({ now, ports, caller }, { data: { chatId, userId } }) {
    await approachByAdding({ now, ports }, callerOf({ caller }).userId, { chatId, userId }, () => '/userId');
    const added = await ports.members.add(chatId, userId, isoTime(now));
    const memberships = [membership(chatId, userId, 'in')];
    const publish = [chatMemberAdded({ chatId, userId })];
    switch (added) {
      case 'added':
        return { status: 'created', publish, memberships };
      case 'already':
        // An earlier attempt may have failed between the addition and this.
        return { publish, memberships };
      case 'left':
        throw new Failure('forbidden', 'this user has left the group: others cannot put them back');
      case 'full':
        throw new Failure('conflict', `the group has ${LIMITS.groupMembers} members, which is the most`);
      case 'no-user':
        throw new Failure('not_found', 'no such user');
      case 'not-a-group':
        throw new Failure('conflict', 'a direct chat takes no more members');
    }
  },
  async settle({ ports }, { data: { chatId, userId } }, { outcome }) {
    const to = [room.user(userId)];
    if (chatTold(outcome)) {
      return retell(ports, userId, outcome, chat => [
        { send: 'chat:updated', data: chat, to, within: room.chat(chatId) },
      ]);
    }
    const chat = await ports.chats.view(chatId, userId);
    // A removal at the same time may have put them out before this let them in: then it has to come once more.
    if (!chat?.members?.some(member => member.userId === userId)) {
      return { memberships: [membership(chatId, userId, 'out')] };
    }
    const own = await ports.ownState.of([{ chatId, userId }]);
    const theirs = own.flatMap(({ state }) => ownStateChanged(userId, state));
    const news = { send: 'chat:member-added' as const, data: { chatId, userId }, to: [room.chat(chatId)] };
    const toAll = outcome.status === 'created' ? [news] : [];
    return { emit: [chatShown(chat, userId), ...theirs, ...toAll], unsettled: true };
  },
});
