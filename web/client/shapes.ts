/** What travels, in the shapes of the contract. Ids are opaque; times are ISO 8601, UTC, with milliseconds. */

export type Role = 'owner' | 'admin' | 'member';

/** How many have put this emoji to a message. */
interface Reaction {
  readonly emoji: string;
  readonly count: number;
}

/** What a stretch of a text is, in UTF-16 units; sorted, and one may lie within another. */
export interface Entity {
  readonly type: 'bold' | 'italic' | 'code' | 'pre' | 'link' | 'mention' | 'command' | 'hashtag' | 'strike' | 'spoiler';
  readonly offset: number;
  readonly length: number;
  /** Where a link leads, if not to what it says. */
  readonly url?: string;
  /** Who is mentioned; absent where everybody is. */
  readonly userId?: string;
}

/** Who wrote a message first, as they were called then, and when. */
export interface ForwardedFrom {
  readonly userId: string;
  readonly displayName: string;
  readonly sentAt: string;
}

export type MediaKind = 'photo' | 'video' | 'audio' | 'voice' | 'file';

/** Part of a message. What is known of how it looks and sounds comes with a later change, where it is known at all. */
export interface Media {
  readonly id: string;
  readonly kind: MediaKind;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  readonly filename?: string;
  /** In pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly durationMs?: number;
  /** At most 100 bytes in base64, each a loudness of 0…31. */
  readonly waveform?: string;
  /** In base64: https://evanw.github.io/thumbhash */
  readonly thumbhash?: string;
  /** There is a small picture of it. */
  readonly thumb?: true;
}

/** What the page says of itself to which the first link of a message leads. */
export interface Preview {
  readonly url: string;
  readonly title?: string;
  readonly description?: string;
  readonly siteName?: string;
}

export interface Message {
  readonly chatId: string;
  /** 1…N in its chat, without holes. */
  readonly seq: number;
  readonly id: string;
  /** The sender's own name of the message: the same again is the same message. */
  readonly clientId: string;
  readonly senderId: string;
  /** At most 4096 Unicode code points; empty where the message has media and no words, and once it is deleted. */
  readonly body: string;
  /** At most ten. */
  readonly media?: readonly Media[];
  readonly preview?: Preview;
  readonly entities?: readonly Entity[];
  /** It is a copy. */
  readonly forwardedFrom?: ForwardedFrom;
  /** The id of the message that this one answers. */
  readonly replyTo: string | null;
  readonly sentAt: string;
  /** The last change of its chat that was one of this message; absent or 0: it is as it was sent. */
  readonly rev?: number;
  readonly editedAt?: string;
  /** From then on nothing of it is left but its place. */
  readonly deletedAt?: string;
  readonly deletedBy?: string;
  readonly pinnedAt?: string;
  /** Ascending by the code points of the emoji. */
  readonly reactions?: readonly Reaction[];
  /** The user's own reactions; absent in what is told to all members. */
  readonly mine?: readonly string[];
  /** The user has hidden it from themselves: nothing is known but its place. Never told by a server. */
  readonly hidden?: true;
}

/** A message is not as it was. `change` is its number in the chat, which counts all changes of all messages, 1…M. */
export interface Changed {
  readonly chatId: string;
  readonly change: number;
  readonly kind: 'edit' | 'delete' | 'react' | 'pin';
  /** Whole, as it is now. */
  readonly message: Message;
  readonly by: { readonly userId: string; readonly emoji?: string; readonly on?: boolean };
  /** Reactions that share the number with the last of them. */
  readonly others?: readonly { readonly userId: string; readonly emoji: string; readonly on: boolean }[];
  /** The message's `rev` before it. */
  readonly was?: number;
  /** Nothing changed now: whose reactions the message has is not said. */
  readonly retold?: true;
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
  readonly type: 'direct' | 'group';
  /** Null for direct chats. */
  readonly title: string | null;
  readonly createdAt: string;
  readonly lastSeq: number;
  /** The number of the last change of a message; absent where the server counts none. */
  readonly lastChange?: number;
  readonly lastMessage: Message | null;
  readonly unread: number;
  /** How many of the unread messages mention the user; absent where the server counts none. */
  readonly mentions?: number;
  /** Nobody takes messages out of it into another chat. */
  readonly noForwards?: true;
  readonly memberCount: number;
  readonly members?: readonly Member[];
}

/** Of a chat, both inclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What is written and not sent, and when it was; of two the later one is it. */
export interface OwnDraft {
  readonly body: string;
  readonly replyTo?: string;
  readonly at: string;
}

/** What a chat is to the user alone, on all their devices; what was not set is absent. */
export interface OwnState {
  readonly chatId: string;
  /** The note of its last change; of two states the higher one is it. */
  readonly rev: number;
  readonly mutedUntil?: string;
  readonly notify?: 'mentions' | 'none';
  readonly archived?: true;
  readonly pinned?: true;
  readonly draft?: OwnDraft;
  /** Messages hidden from the user, for good, beside those of earlier states. */
  readonly hidden?: readonly Stretch[];
}

/** `note` counts the changes of the user's own state, 1… without holes. */
export interface OwnNews {
  readonly note: number;
  readonly chats: readonly OwnState[];
}

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
}

/** What one sees of oneself. */
export interface Profile extends Person {
  readonly email: string;
  readonly createdAt: string;
}

export interface Presence {
  readonly userId: string;
  readonly status: 'online' | 'offline';
  readonly lastSeenAt: string | null;
}

/** A device that is signed in. */
export interface Session {
  readonly id: string;
  readonly device: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  /** Whether it is the one that asks. */
  readonly current?: boolean;
}

/** `expiresIn` is the access token's, in seconds. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

export interface Receipt {
  readonly chatId: string;
  readonly userId: string;
  readonly seq: number;
  readonly at: string;
}

/** The answer to `message:send`. `accepted`: safe, and stored soon; the message comes by itself. */
export type Sent =
  | { readonly clientId: string; readonly status: 'accepted' }
  | {
      readonly clientId: string;
      readonly status: 'stored';
      readonly id: string;
      readonly seq: number;
      readonly sentAt: string;
    };

export interface Synced {
  readonly chats: readonly {
    readonly chatId: string;
    readonly messages: readonly Message[];
    readonly lastSeq: number;
    readonly lastChange?: number;
    /** Messages up to the cursor's seq that changed after the cursor's change, as they are now, each once. */
    readonly changed?: readonly Message[];
    /** The cursor's change once those are applied. */
    readonly changeUpto?: number;
    /** By member, of all of them; of the caller alone where there was no room for more. */
    readonly readSeqs: Readonly<Record<string, number>>;
    /** Whether there is more than this answer holds. */
    readonly more: boolean;
    /** The cursor was above `lastSeq`: the server was set back, and the messages are those from the start. */
    readonly reset?: true;
  }[];
  /** What of the user's own state has changed since the note that was given, and the note to hold then. */
  readonly me?: OwnNews & {
    readonly more: boolean;
    /** The note was above the last one: the server was set back. */
    readonly reset?: true;
  };
  /** Those of the named chats that the caller is not in. */
  readonly unknown: readonly string[];
  /** There was no room for all chats in which something is missing. */
  readonly more?: true;
}
