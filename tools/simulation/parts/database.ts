/**
 * A model of what the SQL of the stores promises: tables in memory, and statements that are carried out in one instant
 * or not at all. The simulation's oracle reads the same tables at the end.
 */
import type { Chat, Message, Role } from '#functions/domain/model.js';
import type { AccessChange } from '#functions/ports/accessChanges.js';
import type { Held, NewMessage } from '#functions/ports/messages.js';

export interface Membership {
  role: Role;
  readonly joined: number;
  left: boolean;
  readSeq: number;
  deliveredSeq: number;
}

export interface StoredChat {
  readonly id: string;
  readonly messages: Message[];
  readonly members: Map<string, Membership>;
}

export interface DatabaseRules {
  /** Whether (chat, sender, clientId) is unique. */
  readonly idempotent: boolean;
  /** Whether watermarks only move forward. */
  readonly monotonic: boolean;
  /** What of a chat is read by writing in it: one's own message where all before it is read, or all before it as well. */
  readonly writingReads: 'own' | 'all';
  /** Whether one's own messages are unread to oneself. */
  readonly countsOwn: boolean;
  /** Whether a message that is there already is found as it was stored, or under another id. */
  readonly finds: 'as stored' | 'under another id';
  /** Which changes are noted for connections to follow. */
  readonly notes: { readonly joins: boolean; readonly leaves: boolean; readonly sessions: boolean };
}

export type Database = ReturnType<typeof createDatabase>;

export function createDatabase(
  { idempotent, monotonic, writingReads, countsOwn, finds, notes }: DatabaseRules,
  now: () => number,
) {
  const lastSeen = new Map<string, string>();
  const chats = new Map<string, StoredChat>();
  const places = new Map<string, Message>();
  const sessions = new Map<string, { readonly userId: string; ended: boolean }>();
  const changes = new Map<number, AccessChange & { readonly at: number }>();
  let noted = 0;
  let joins = 0;

  function note(what: keyof DatabaseRules['notes'], change: Partial<Omit<AccessChange, 'id'>>): void {
    const { userId = null, sessionId = null } = change;
    if (!notes[what]) return;
    changes.set(++noted, { id: noted, userId, sessionId, at: now() });
  }

  const membership = (role: Role, seq: number): Membership => ({
    role,
    joined: ++joins,
    left: false,
    readSeq: seq,
    deliveredSeq: seq,
  });
  const inside = (chatId: string, userId: string): Membership | undefined => {
    const found = chats.get(chatId)?.members.get(userId);
    return found?.left ? undefined : found;
  };
  const idsOf = (userId: string): string[] => [...chats.keys()].filter(chatId => inside(chatId, userId));

  function appendOne(message: NewMessage): Message | { refused: 'no-chat' | 'never-a-member' } {
    const chat = chats.get(message.chatId);
    if (!chat) return { refused: 'no-chat' };
    const sender = chat.members.get(message.senderId);
    if (!sender) return { refused: 'never-a-member' };
    const key = `${message.chatId} ${message.senderId} ${message.clientId}`;
    const known = idempotent ? places.get(key) : undefined;
    if (known)
      return finds === 'as stored'
        ? known
        : { ...known, id: known.id.replace(/.$/, last => (last === '0' ? '1' : '0')) };
    const stored = Object.freeze({ ...message, seq: chat.messages.length + 1, rev: 0, reactions: [] });
    places.set(key, stored);
    chat.messages.push(stored);
    if (sender.left) return stored;
    for (const mark of ['readSeq', 'deliveredSeq'] as const) {
      if (writingReads === 'all' || sender[mark] === stored.seq - 1) sender[mark] = stored.seq;
    }
    return stored;
  }

  function unreadOf({ messages }: StoredChat, userId: string, { readSeq }: Membership): number {
    return messages.slice(readSeq).filter(({ senderId }) => countsOwn || senderId !== userId).length;
  }

  return {
    chats,
    lastSeen,
    createGroup(id: string, memberIds: readonly string[]): void {
      const members = memberIds.map((userId, at) => [userId, membership(at === 0 ? 'owner' : 'member', 0)] as const);
      chats.set(id, { id, messages: [], members: new Map(members) });
      for (const userId of memberIds) note('joins', { userId });
    },
    append: (messages: readonly NewMessage[]) => messages.map(appendOne),
    page(chatId: string, { after, limit }: { after?: number; limit: number }): Message[] {
      const { messages = [] } = chats.get(chatId) ?? {};
      return after === undefined ? messages.slice(-limit) : messages.slice(after, after + limit);
    },
    sync(userId: string, held: Readonly<Record<string, Held>>, limit: number) {
      const mine = idsOf(userId);
      const cursors = Object.fromEntries(
        Object.entries(held).map(([chatId, at]) => [chatId, typeof at === 'number' ? at : at.seq]),
      );
      return {
        chats: mine.map(chatId => {
          const { messages, members } = chats.get(chatId) as StoredChat;
          const reset = (cursors[chatId] ?? 0) > messages.length;
          const after = reset ? 0 : (cursors[chatId] ?? 0);
          const found = messages.slice(after).slice(0, limit);
          const here = [...members].filter(([, { left }]) => !left);
          return {
            chatId,
            messages: found,
            changed: [],
            ...{ firstSeq: 1, lastChange: 0, changeUpto: 0 },
            lastSeq: messages.length,
            readSeqs: Object.fromEntries(here.map(([id, { readSeq }]) => [id, readSeq])),
            more: after + found.length < messages.length,
            ...(reset && { reset: true as const }),
          };
        }),
        unknown: Object.keys(cursors).filter(chatId => !mine.includes(chatId)),
      };
    },
    standing(chatId: string, userId: string) {
      const chat = chats.get(chatId);
      if (!chat) return undefined;
      const found = chat.members.get(userId);
      return { type: 'group' as const, standing: found ? (found.left ? 'former' : found.role) : 'outsider' } as const;
    },
    add(chatId: string, userId: string): 'added' | 'already' {
      const chat = chats.get(chatId) as StoredChat;
      if (inside(chatId, userId)) return 'already';
      chat.members.set(userId, membership('member', chat.messages.length));
      note('joins', { userId });
      return 'added';
    },
    remove(chatId: string, userId: string): { removed: boolean } {
      const found = inside(chatId, userId);
      if (found) {
        found.left = true;
        note('leaves', { userId });
      }
      return { removed: found !== undefined };
    },
    mark(column: 'readSeq' | 'deliveredSeq', marks: readonly { chatId: string; userId: string; seq: number }[]) {
      const moved = new Map<string, { chatId: string; userId: string; seq: number }>();
      for (const { chatId, userId, seq } of marks) {
        const found = inside(chatId, userId);
        const capped = Math.min(seq, chats.get(chatId)?.messages.length ?? 0);
        if (!found || found[column] === capped || (monotonic && found[column] > capped)) continue;
        found[column] = capped;
        if (column === 'readSeq') found.deliveredSeq = Math.max(found.deliveredSeq, capped);
        moved.set(`${chatId} ${userId}`, { chatId, userId, seq: capped });
      }
      return [...moved.values()];
    },
    view(chatId: string, viewerId: string): Chat | undefined {
      const chat = chats.get(chatId);
      if (!chat) return undefined;
      const lastSeq = chat.messages.length;
      const members = [...chat.members].flatMap(([userId, { left, role, readSeq, deliveredSeq }]) =>
        left ? [] : [{ userId, role, readSeq, deliveredSeq }],
      );
      const viewer = inside(chatId, viewerId);
      const unread = viewer ? unreadOf(chat, viewerId, viewer) : 0;
      const fixed = { id: chatId, type: 'group' as const, title: 'a group', createdAt: '2026-01-01T00:00:00.000Z' };
      return {
        ...fixed,
        lastSeq,
        lastChange: 0,
        lastMessage: chat.messages.at(-1) ?? null,
        unread,
        mentions: 0,
        memberCount: members.length,
        members,
      };
    },
    signIn: (id: string, userId: string): void => void sessions.set(id, { userId, ended: false }),
    isSignedIn: (id: string, userId: string): boolean => {
      const session = sessions.get(id);
      return session?.userId === userId && !session.ended;
    },
    /** Whether there is such a session. */
    endSession(id: string, userId: string): boolean {
      const session = sessions.get(id);
      if (session?.userId !== userId) return false;
      if (!session.ended) note('sessions', { sessionId: id });
      session.ended = true;
      return true;
    },
    changesDue: (olderThanMs: number, limit: number): AccessChange[] =>
      [...changes.values()].filter(({ at }) => at <= now() - olderThanMs).slice(0, limit),
    changesDone(ids: readonly number[]): void {
      for (const id of ids) changes.delete(id);
    },
    idsOf,
    sharing: (userId: string, others: readonly string[]): string[] =>
      others.filter(other => idsOf(userId).some(chatId => inside(chatId, other))),
  };
}
