/**
 * A model of what the SQL of the stores promises: tables in memory, and statements that are carried out in one instant
 * or not at all. The simulation's oracle reads the same tables at the end.
 */
import type { Chat, Message, Role } from '#functions/domain/model.js';
import type { ChangedAfter } from '#functions/domain/sync-page.js';
import type { AccessChange } from '#functions/ports/accessChanges.js';
import type { Standing } from '#functions/ports/members.js';
import type { Held, NewMessage, SyncedChat } from '#functions/ports/messages.js';
import { type ChangeRules, createChangeRows } from './change-rows.js';
import { createHiddenRows } from './hidden-rows.js';
import { type Membership, newChat, type StoredChat } from './rows.js';
import { changedIn, type Missed, missedIn, type SyncRules, synced } from './sync-rows.js';

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
  /** What a message that is sent again makes of one that was deleted meanwhile. */
  readonly resends: 'nothing' | 'say it again';
  readonly changes: ChangeRules;
  readonly sync: SyncRules;
  /** Which changes are noted for connections to follow. */
  readonly notes: { readonly joins: boolean; readonly leaves: boolean; readonly sessions: boolean };
}

export type Database = ReturnType<typeof createDatabase>;

export function createDatabase(
  { idempotent, monotonic, writingReads, countsOwn, finds, resends, changes: rules, sync, notes }: DatabaseRules,
  now: () => number,
) {
  const lastSeen = new Map<string, string>();
  const chats = new Map<string, StoredChat>();
  const places = new Map<string, number>();
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
  function standingOf(chatId: string, userId: string): Standing {
    const found = chats.get(chatId)?.members.get(userId);
    return found ? (found.left ? 'former' : found.role) : 'outsider';
  }
  const hiddenRows = createHiddenRows((userId, chatId) =>
    inside(chatId, userId) ? chats.get(chatId)?.messages.length : undefined,
  );
  const { hides } = hiddenRows;
  const changeRows = createChangeRows({ chats, standingOf, hides, rules, now });
  const idsOf = (userId: string): string[] => [...chats.keys()].filter(chatId => inside(chatId, userId));

  function appendOne(message: NewMessage): Message | { refused: 'no-chat' | 'never-a-member' } {
    const chat = chats.get(message.chatId);
    if (!chat) return { refused: 'no-chat' };
    const sender = chat.members.get(message.senderId);
    if (!sender) return { refused: 'never-a-member' };
    const key = `${message.chatId} ${message.senderId} ${message.clientId}`;
    const known = idempotent ? chat.messages[(places.get(key) ?? 0) - 1] : undefined;
    if (known) return sentAgain(chat, known, message);
    const stored = Object.freeze({ ...message, seq: chat.messages.length + 1, rev: 0, reactions: [] });
    places.set(key, stored.seq);
    chat.messages.push(stored);
    chat.log.push({ at: now(), message: stored, changes: [] });
    if (sender.left) return stored;
    for (const mark of ['readSeq', 'deliveredSeq'] as const) {
      if (writingReads === 'all' || sender[mark] === stored.seq - 1) sender[mark] = stored.seq;
    }
    return stored;
  }

  function sentAgain(chat: StoredChat, known: Message, { body }: NewMessage): Message {
    if (known.deletedAt !== undefined && resends === 'say it again') {
      const { deletedAt: _at, deletedBy: _by, ...alive } = known;
      chat.messages[known.seq - 1] = Object.freeze({ ...alive, body });
    }
    const found = chat.messages[known.seq - 1] as Message;
    return finds === 'as stored' ? found : { ...found, id: found.id.replace(/.$/, last => (last === '0' ? '1' : '0')) };
  }

  function unreadOf({ id, messages }: StoredChat, userId: string, { readSeq }: Membership): number {
    const counts = ({ seq, senderId, deletedAt }: Message): boolean =>
      (countsOwn || senderId !== userId) && deletedAt === undefined && !hides(userId, id, seq);
    return messages.slice(readSeq).filter(counts).length;
  }
  const chatOf = (chatId: string): StoredChat => chats.get(chatId) as StoredChat;

  return {
    chats,
    lastSeen,
    createGroup(id: string, memberIds: readonly string[]): void {
      const members = memberIds.map((userId, at) => [userId, membership(at === 0 ? 'owner' : 'member', 0)] as const);
      chats.set(id, newChat(id, new Map(members)));
      for (const userId of memberIds) note('joins', { userId });
    },
    append: (messages: readonly NewMessage[]) => messages.map(appendOne),
    applyChanges: changeRows.apply,
    reactionsOf: changeRows.ownOf,
    deletedAt: (chatId: string, seq: number): number | undefined => chats.get(chatId)?.deletions.get(seq),
    hide: hiddenRows.hide,
    hides,
    notesSince: hiddenRows.since,
    ownState: (userId: string, chatId: string) =>
      inside(chatId, userId) ? hiddenRows.stateOf(userId, chatId) : undefined,
    page(chatId: string, userId: string, { after, limit }: { after?: number; limit: number }): Message[] | undefined {
      if (!inside(chatId, userId)) return undefined;
      const shown = (chats.get(chatId)?.messages ?? []).filter(({ seq }) => !hides(userId, chatId, seq));
      const found = after === undefined ? shown.slice(-limit) : shown.filter(({ seq }) => seq > after).slice(0, limit);
      return found.map(message => changeRows.withMine(message, userId));
    },
    pins(chatId: string, userId: string): Message[] | undefined {
      if (!inside(chatId, userId)) return undefined;
      const pinned = chatOf(chatId).messages.filter(
        ({ pinnedAt, seq }) => pinnedAt !== undefined && !hides(userId, chatId, seq),
      );
      const order = ({ pinnedAt = '', seq }: Message): string => `${pinnedAt} ${String(seq).padStart(9, '0')}`;
      return pinned.sort((a, b) => (order(a) < order(b) ? 1 : -1)).map(each => changeRows.withMine(each, userId));
    },
    /** What a client has missed, and which of the chats that it names are not its user's. */
    missed(userId: string, held: Readonly<Record<string, Held>>, limit: number) {
      const mine = idsOf(userId);
      return {
        missed: mine.map(chatId => missedIn(chatOf(chatId), userId, held[chatId], limit, hides)),
        unknown: Object.keys(held).filter(chatId => !mine.includes(chatId)),
      };
    },
    changedOf: (userId: string, missed: readonly Missed[]): ChangedAfter[] =>
      missed.map(each => changedIn(chatOf(each.chatId), userId, each, hides)),
    synced: (userId: string, missed: readonly Missed[], changed: readonly ChangedAfter[]): SyncedChat[] =>
      missed.map((each, at) =>
        synced(
          each,
          changed[at] as ChangedAfter,
          seq => changeRows.withMine(chatOf(each.chatId).messages[seq - 1] as Message, userId),
          sync,
        ),
      ),
    standing(chatId: string, userId: string) {
      if (!chats.has(chatId)) return undefined;
      return { type: 'group' as const, standing: standingOf(chatId, userId) };
    },
    add(chatId: string, userId: string): 'added' | 'already' {
      const chat = chats.get(chatId) as StoredChat;
      if (inside(chatId, userId)) return 'already';
      chat.members.set(userId, membership('member', chat.messages.length));
      hiddenRows.noteAgain(userId, chatId);
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
        lastChange: chat.lastChange,
        lastMessage: chat.messages.findLast(({ seq }) => !hides(viewerId, chatId, seq)) ?? null,
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
