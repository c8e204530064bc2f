/** The shapes of the external contract as a client knows them, written down here once more on purpose. */

export interface Message {
  chatId: string;
  seq: number;
  id: string;
  clientId: string;
  senderId: string;
  body: string;
  replyTo: string | null;
  sentAt: string;
  rev: number;
  reactions: { emoji: string; count: number }[];
  editedAt?: string;
  deletedAt?: string;
  deletedBy?: string;
  pinnedAt?: string;
  mine?: string[];
  entities?: Entity[];
  media?: { id: string; kind: string; type: string; size: number; thumb?: true }[];
  forwardedFrom?: { userId: string; displayName: string; sentAt: string };
}

export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  userId?: string;
}

interface ChatMember {
  userId: string;
  role: 'owner' | 'admin' | 'member';
  readSeq: number;
  deliveredSeq: number;
}

/** What a chat is to one user alone. */
interface Settings {
  mutedUntil?: string;
  notify?: 'mentions' | 'none';
  archived?: true;
  pinned?: true;
  draft?: { body: string; replyTo?: string; at: string };
}

export interface OwnState extends Settings {
  chatId: string;
  rev: number;
  hidden?: { from: number; to: number }[];
}

export interface OwnNews {
  note: number;
  chats: OwnState[];
}

export interface Chat extends Settings {
  id: string;
  type: 'direct' | 'group';
  title: string | null;
  createdAt: string;
  lastSeq: number;
  lastChange: number;
  lastMessage: Message | null;
  unread: number;
  mentions: number;
  noForwards?: true;
  memberCount: number;
  members?: ChatMember[];
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: { path: string; message: string }[];
}

export interface Stored {
  clientId: string;
  status: 'stored' | 'accepted';
  id: string;
  seq: number;
  sentAt: string;
}

export interface Synced {
  chats: {
    chatId: string;
    messages: Message[];
    changed: Message[];
    firstSeq: number;
    lastChange: number;
    changeUpto: number;
    lastSeq: number;
    readSeqs: Record<string, number>;
    reset?: true;
    more: boolean;
  }[];
  unknown: string[];
  me?: OwnNews & { more: boolean };
}

export interface Presence {
  userId: string;
  status: 'online' | 'offline';
  lastSeenAt: string | null;
}

export interface Receipt {
  chatId: string;
  userId: string;
  seq: number;
  at: string;
}

export type Ack<Data> = { ok: true; data: Data } | { ok: false; error: { code: string; message: string } };
