/** How far the members of a chat have read and received, and who they are. Watermarks only rise. */
import type { ChatMember, ChatState, Counted } from './chat.js';
import { heldIn } from './history.js';
import { mentionsUser } from './mentions.js';
import type { Message, Receipt } from './shapes.js';
import { counted, isQuiet, turnOf } from './unread.js';

/** Watermarks only rise; who has read has received. */
export function withReceipt(chat: ChatState, kind: 'read' | 'delivered', { userId, seq }: Receipt): ChatState {
  const member = chat.members[userId] ?? { userId, readSeq: 0, deliveredSeq: 0 };
  const marked: ChatMember = {
    ...member,
    deliveredSeq: Math.max(member.deliveredSeq, seq),
    ...(kind === 'read' && { readSeq: Math.max(member.readSeq, seq) }),
  };
  const members = { ...chat.members, [userId]: marked };
  return counted({ ...chat, members, lastSeq: Math.max(chat.lastSeq, seq) });
}

/** What the user has read, here or on another device. */
export const readUpTo = (chat: ChatState, seq: number): ChatState =>
  seq > chat.readSeq ? counted({ ...advanced(chat, seq), certain: true }) : chat;

/** With a message that has its place: who writes the one after the last that they have read has read that one, too. */
export function written(chat: ChatState, { senderId, seq }: Message): ChatState {
  const read = senderId === chat.userId && chat.readSeq === seq - 1 ? advanced(chat, seq) : chat;
  const member = chat.members[senderId];
  if (!member) return read;
  const after = (mark: number): number => (mark === seq - 1 ? seq : mark);
  const follows = { ...member, readSeq: after(member.readSeq), deliveredSeq: after(member.deliveredSeq) };
  return { ...read, members: { ...chat.members, [senderId]: follows } };
}

/** Moves the user's own watermark. What it leaves behind is not among what does not count. */
function advanced(chat: ChatState, readSeq: number): ChatState {
  const { history, quiet, mentioned, userId } = chat;
  const turn = Math.max(turnOf(chat), quiet.change);
  const passed = heldIn(history).filter(({ seq }) => seq > chat.readSeq && seq <= readSeq);
  const without = <Of extends Counted>(counted: Of, counts: (message: Message) => boolean): Of => {
    const among = passed.filter(message => message.seq <= counted.upTo && counts(message));
    return { ...counted, count: Math.max(0, counted.count - among.length) };
  };
  return {
    ...{ ...chat, readSeq },
    quiet: without(quiet, message => isQuiet(chat, message, turn)),
    mentioned: without(mentioned, message => mentionsUser(message, userId)),
  };
}

/** How far the members have read, as sync tells it: of all of them, or of the user alone. */
export function withReadSeqs(chat: ChatState, readSeqs: Readonly<Record<string, number>>): ChatState {
  const mine = readSeqs[chat.userId] ?? 0;
  const read = chat.certain ? readUpTo(chat, mine) : corrected(chat, mine);
  if (Object.keys(readSeqs).length === 1 && chat.memberCount > 1) return read;
  const members = Object.fromEntries(
    Object.entries(readSeqs).map(([id, seq]): [string, ChatMember] => {
      const member = chat.members[id] ?? { userId: id, readSeq: seq, deliveredSeq: seq };
      const deliveredSeq = Math.max(member.deliveredSeq, seq);
      return [id, { ...member, deliveredSeq, readSeq: Math.max(member.readSeq, seq) }];
    }),
  );
  const complete = chat.complete && Object.values(members).every(({ role }) => role !== undefined);
  return { ...read, members, complete, memberCount: Object.keys(members).length };
}

/** The guess was too high by the user's own messages; or, where it was too low, something was read meanwhile. */
function corrected(chat: ChatState, readSeq: number): ChatState {
  const count = chat.quiet.count + Math.max(0, chat.readSeq - readSeq);
  return counted({ ...chat, readSeq, certain: true, quiet: { ...chat.quiet, count } });
}

export function withMember(chat: ChatState, userId: string): ChatState {
  if (chat.members[userId]) return chat;
  const member: ChatMember = { userId, role: 'member', readSeq: chat.lastSeq, deliveredSeq: chat.lastSeq };
  return { ...chat, members: { ...chat.members, [userId]: member }, memberCount: chat.memberCount + 1 };
}

export function withoutMember(chat: ChatState, userId: string): ChatState {
  if (!chat.members[userId]) return chat;
  const { [userId]: _, ...members } = chat.members;
  return { ...chat, members, memberCount: chat.memberCount - 1 };
}
