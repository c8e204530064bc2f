/**
 * Opens a group, or the one direct chat of two people. Its members' connections are in its room first, and then the chat is
 * read and shown to them: whatever is said in it is either older than what they are shown, or they hear it.
 */

import { Failure } from 'function-runtime';
import Type, { type Static } from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { approachByOpening } from '../domain/approach.js';
import { chatMemberAdded } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { Chat, ChatType } from '../domain/model.js';
import { LIMITS, room } from '../domain/names.js';
import { chatCreated, chatTold, membership } from '../domain/news.js';
import { retell } from '../domain/retell.js';
import { SAMPLE, strictObject, UserId } from '../domain/text.js';
import { isoTime } from '../domain/time.js';
import { Title, titleOf } from '../domain/title.js';

const Input = strictObject(
  {
    type: ChatType,
    memberIds: Type.Array(UserId, { minItems: 1, maxItems: LIMITS.groupMembers }),
    title: Type.Optional(Title),
  },
  { examples: [{ type: 'group', memberIds: [SAMPLE.user], title: 'Climbers' }] },
);

const Opened = Type.Object({ chat: Chat });

const invalid = (path: string, message: string) => new Failure('invalid', message, { errors: [{ path, message }] });

/** Everybody but the caller, who is in the chat without being named. */
function othersOf({ type, memberIds, title }: Static<typeof Input>, callerId: string): string[] {
  if (new Set(memberIds).size < memberIds.length) throw invalid('/memberIds', 'name nobody twice');
  const others = memberIds.filter(id => id !== callerId);
  if (type === 'direct' && title !== undefined) throw invalid('/title', 'a direct chat has no title');
  if (type === 'direct' && others.length !== 1)
    throw invalid('/memberIds', 'a direct chat has exactly one other member');
  if (others.length === 0) throw invalid('/memberIds', 'name at least one other member');
  if (others.length >= LIMITS.groupMembers) {
    throw invalid('/memberIds', `a group has at most ${LIMITS.groupMembers} members, you among them`);
  }
  return others;
}

export const createChat = single({
  name: 'createChat',
  access: 'user',
  needs: ['approaches', 'chats', 'members', 'users'],
  limits: [RATES.openChat],
  emits: ['chat:created', 'chat:updated'],
  publishes: [chatMemberAdded],
  summary: 'Creates a chat and notifies its members. Two users have one direct chat: asking again returns it with 200.',
  input: Input,
  output: { ok: Opened, created: Opened },
  refuses: ['rate_limited'],
  async handle({ now, newId, ports, caller }, { data }) {
    const { userId } = callerOf({ caller });
    const others = othersOf(data, userId);
    const title = data.title === undefined ? null : titleOf(data.title);

    const existing = new Set(await ports.users.existing(others));
    const unknown = data.memberIds.flatMap((id, i) =>
      id === userId || existing.has(id) ? [] : [{ path: `/memberIds/${i}`, message: 'no such user' }],
    );
    if (unknown.length > 0) throw new Failure('invalid', 'some of the members do not exist', { errors: unknown });

    const path = (id: string) => `/memberIds/${data.memberIds.indexOf(id)}`;
    await approachByOpening({ now, ports }, userId, { type: data.type, others }, path);

    const memberIds = [userId, ...others];
    const { chat, existed } = await ports.chats.create({
      id: newId(),
      type: data.type,
      title,
      ownerId: userId,
      memberIds,
      createdAt: isoTime(now),
    });
    // Also for a chat that was there: whoever made it may have died before they were let in.
    const memberships = memberIds.map(id => membership(chat.id, id, 'in'));
    const publish = memberIds.map(id => chatMemberAdded({ chatId: chat.id, userId: id }));
    return { ...(!existed && { status: 'created' }), reply: { chat }, publish, memberships };
  },
  async settle({ ports, caller }, _event, { outcome }) {
    const { userId } = callerOf({ caller });
    const { status = 'ok' } = outcome;
    const reply = outcome.reply as Static<typeof Opened>;
    if (chatTold(outcome)) return { ...(await retell(ports, userId, outcome)), status, reply };
    const chat = (await ports.chats.view(reply.chat.id, userId)) ?? reply.chat;
    if (status === 'ok') return { reply: { chat } };
    const users = (chat.members ?? []).map(member => member.userId);
    const inside = new Set(users.map(room.user));
    // A removal at the same time may have put them out before this let them in: then it has to come once more.
    const memberships = (outcome.memberships ?? []).flatMap(each =>
      inside.has(each.of) ? [] : [{ ...each, is: 'out' as const }],
    );
    return { status, reply: { chat }, memberships, emit: [chatCreated(chat, users)], unsettled: true };
  },
});
