/** What the chat is about, in the shapes that clients see: people, chats, messages, receipts. Times are ISO 8601 UTC. */

export type Role = 'owner' | 'admin' | 'member';
export type ChatType = 'direct' | 'group';

export interface Message {
  readonly chatId: string;
  /** 1…N in its chat, without holes. */
  readonly seq: number;
  readonly id: string;
  readonly clientId: string;
  readonly senderId: string;
  readonly body: string;
  /** The id of the message that this one answers, or null. */
  readonly replyTo: string | null;
  readonly sentAt: string;
}

export interface Member {
  readonly userId: string;
  readonly role: Role;
  /** Watermarks: everything up to this seq is read, delivered. */
  readonly readSeq: number;
  readonly deliveredSeq: number;
}

export interface Chat {
  readonly id: string;
  readonly type: ChatType;
  /** Null for direct chats. */
  readonly title: string | null;
  readonly createdAt: string;
  readonly lastSeq: number;
  readonly lastMessage: Message | null;
  /** For the one who asks: lastSeq - readSeq. */
  readonly unread: number;
  readonly memberCount: number;
  readonly members?: readonly Member[];
}

/** What one sees of oneself. */
export interface Profile {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly displayName: string;
  readonly createdAt: string;
}

/** What others see. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
}

export interface Session {
  readonly id: string;
  readonly device: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string;
}

export interface PresenceOf {
  readonly userId: string;
  readonly status: 'online' | 'offline';
  readonly lastSeenAt: string | null;
}

export interface Receipt {
  readonly chatId: string;
  readonly userId: string;
  readonly seq: number;
  readonly at: string;
}
