/** A chat as the client knows it, and what each piece of news makes of it. Nothing here has effects. */
import { type History, historyFrom, take } from './history.js';
import type { Chat, Member, Message, Receipt, Role } from './shapes.js';

export interface ChatMember extends Omit<Member, 'role'> {
  /** Undefined until the chat was loaded with its members. */
  readonly role?: Role;
}

export interface ChatState extends Omit<Chat, 'members'> {
  /** The highest seq that is known to be given; above `history.upTo` something is missing. */
  readonly lastSeq: number;
  readonly members: Readonly<Record<string, ChatMember>>;
  /** Whether the roles of all members are known. */
  readonly complete: boolean;
  /** Up to where the user has read. */
  readonly readSeq: number;
  readonly history: History;
}

export const isBehind = ({ lastSeq, history }: ChatState): boolean => lastSeq > history.upTo;

/** A chat that is further behind is not caught up with: its history begins anew at its end, and the rest is older. */
const FAR = 1_000;

/** The chat as the server has just described it; of what was known `before`, whatever is further stays. */
export function described(chat: Chat, before?: ChatState): ChatState {
  const { members, ...rest } = chat;
  const near = before && chat.lastSeq - before.history.upTo <= FAR;
  return seen({
    ...rest,
    lastSeq: Math.max(chat.lastSeq, before?.lastSeq ?? 0),
    lastMessage: newest(chat.lastMessage, before?.lastMessage ?? null),
    readSeq: Math.max(chat.lastSeq - chat.unread, before?.readSeq ?? 0),
    members: members ? Object.fromEntries(members.map(each => [each.userId, each])) : (before?.members ?? {}),
    complete: members !== undefined || (before?.complete ?? false),
    history: near ? before.history : historyFrom(chat.lastSeq),
  });
}

/** Messages in any order. Who writes has read what came before. */
export function withMessages(chat: ChatState, messages: readonly Message[], userId: string): ChatState {
  const history = take(chat.history, messages);
  const last = messages.reduce((found, message) => newest(found, message), chat.lastMessage);
  let next: ChatState = { ...chat, history, lastMessage: last, lastSeq: Math.max(chat.lastSeq, last?.seq ?? 0) };
  for (const { senderId, seq, sentAt } of messages) {
    if (next.members[senderId])
      next = withReceipt(next, 'read', { chatId: chat.id, userId: senderId, seq, at: sentAt });
    if (senderId === userId) next = { ...next, readSeq: Math.max(next.readSeq, seq) };
  }
  return seen(next);
}

/** Watermarks only rise; who has read has received. */
export function withReceipt(chat: ChatState, kind: 'read' | 'delivered', { userId, seq }: Receipt): ChatState {
  const member = chat.members[userId] ?? { userId, readSeq: 0, deliveredSeq: 0 };
  const moved: ChatMember = {
    ...member,
    deliveredSeq: Math.max(member.deliveredSeq, seq),
    ...(kind === 'read' && { readSeq: Math.max(member.readSeq, seq) }),
  };
  const members = { ...chat.members, [userId]: moved };
  return seen({ ...chat, members, lastSeq: Math.max(chat.lastSeq, seq) });
}

/** What the user has read, here or on another device. */
export const readUpTo = (chat: ChatState, seq: number): ChatState =>
  seq > chat.readSeq ? seen({ ...chat, readSeq: seq }) : chat;

/** The members and how far each has read, as sync tells them. */
export function withReadSeqs(chat: ChatState, readSeqs: Readonly<Record<string, number>>, userId: string): ChatState {
  const members = Object.fromEntries(
    Object.entries(readSeqs).map(([id, seq]): [string, ChatMember] => {
      const member = chat.members[id] ?? { userId: id, readSeq: seq, deliveredSeq: seq };
      const deliveredSeq = Math.max(member.deliveredSeq, seq);
      return [id, { ...member, deliveredSeq, readSeq: Math.max(member.readSeq, seq) }];
    }),
  );
  const complete = chat.complete && Object.values(members).every(({ role }) => role !== undefined);
  const next = { ...chat, members, complete, memberCount: Object.keys(members).length };
  return readUpTo(next, readSeqs[userId] ?? 0);
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

/** Whatever moved, the number of unread messages follows. */
const seen = (chat: ChatState): ChatState => ({ ...chat, unread: Math.max(0, chat.lastSeq - chat.readSeq) });

const newest = (a: Message | null, b: Message | null): Message | null => ((b?.seq ?? 0) > (a?.seq ?? 0) ? b : a);
