/** What the clients of one simulation did and saw, and when: all that the oracle gets, besides the final history. */
import type { MessageChanged } from '#functions/domain/change.js';
import type { Chat, Message, PresenceOf } from '#functions/domain/model.js';
import type { ChatState } from '../../../web/client/chat.js';

interface Attempt {
  readonly invokedAt: number;
  /** The connection that it went over, in order with what else went over it; HTTP has none. */
  readonly connection: number | undefined;
  /** Its place among all attempts of all clients. */
  readonly number: number;
  answer?: {
    readonly at: number;
    readonly is: 'stored' | 'accepted' | 'refused';
    readonly seq?: number;
    readonly code?: string;
  };
}

export interface Sent {
  readonly chatId: string;
  readonly clientId: string;
  readonly senderId: string;
  readonly body: string;
  readonly attempts: Attempt[];
}

/** A change that a device asks for. Deleted for `me`, it is hidden from that user. */
export type Wished = { readonly chatId: string; readonly seq: number } & (
  | { readonly kind: 'edit'; readonly clientId: string; readonly body: string }
  | { readonly kind: 'delete'; readonly scope: 'all' | 'me' }
  | { readonly kind: 'react'; readonly emoji: string; readonly on: boolean }
  | { readonly kind: 'pin'; readonly on: boolean }
);

/** One attempt at it, and what it was answered: that it was carried out has a number over a line, and none over HTTP. */
export type Wish = Wished & {
  readonly userId: string;
  readonly invokedAt: number;
  answer?: {
    readonly at: number;
    readonly is: 'stored' | 'accepted' | 'refused';
    readonly change?: number;
    readonly code?: string;
  };
};

/** A message that somebody was shown, live or in an answer. */
interface Sight {
  readonly at: number;
  readonly userId: string;
  readonly device: string;
  readonly how: 'live' | 'sync' | 'http';
  readonly message: Message;
}

/** A sync's answer about one chat. */
interface Synced {
  readonly invokedAt: number;
  readonly at: number;
  readonly userId: string;
  readonly chatId: string;
  readonly lastSeq: number;
  readonly lastChange: number;
  readonly readSeqs: Readonly<Record<string, number>>;
}

/** Somebody said that they have read everything up to there. */
interface Read {
  readonly userId: string;
  readonly chatId: string;
  readonly seq: number;
  acknowledgedAt: number | undefined;
}

/** Somebody was told live that a member has read everything up to there. */
interface Receipt {
  readonly chatId: string;
  readonly userId: string;
  readonly seq: number;
}

/** Somebody asked for a chat in the end. */
interface View {
  readonly userId: string;
  readonly chat: Chat;
}

/** A device was told live that somebody came or went. */
interface PresenceNews extends PresenceOf {
  readonly at: number;
  readonly device: string;
}

/** A device was told live that its user is in a chat, or that somebody is not any more. */
interface MembershipNews {
  readonly device: string;
  readonly event: 'chat:created' | 'chat:member-removed';
  readonly chatId: string;
}

/** Somebody was taken out of a chat, and perhaps in again. Undefined: never. */
export interface Absence {
  readonly chatId: string;
  readonly userId: string;
  readonly removedAt: number;
  /** It is an absence only if they are not in the chat in the end. */
  readonly disputed?: true;
  addedAt?: number;
}

/** What one device holds in the end, and which of it its user hides. */
interface Holding {
  readonly device: string;
  readonly userId: string;
  readonly chats: ReadonlyMap<string, ChatState>;
  readonly hides: (chatId: string, seq: number) => boolean;
}

/** A device was told live that a message has changed. */
interface ChangeNews {
  readonly device: string;
  readonly changed: MessageChanged;
}

/** Somebody signed a session out, and was answered. */
interface SignOut {
  readonly sessionId: string;
  readonly answeredAt: number;
}

/** What the device of a session was shown. */
interface PhoneSight extends Pick<Sight, 'at' | 'how' | 'message'> {
  readonly sessionId: string;
}

interface PhoneAnswer extends Pick<Synced, 'invokedAt' | 'at'> {
  readonly sessionId: string;
}

export interface Observations {
  readonly sent: Map<string, Sent>;
  readonly wishes: Wish[];
  readonly sights: Sight[];
  readonly changes: ChangeNews[];
  /** What was otherwise at the moment at which it was seen. */
  readonly broken: Set<string>;
  readonly synced: Synced[];
  readonly absences: Absence[];
  /** `USER CHAT` of everybody who was to be taken out of a chat, whether they are in it in the end or not. */
  readonly removed: Set<string>;
  readonly holdings: Holding[];
  readonly reads: Read[];
  readonly receipts: Receipt[];
  readonly views: View[];
  readonly presence: PresenceNews[];
  readonly memberships: MembershipNews[];
  readonly signOuts: SignOut[];
  readonly phoneSights: PhoneSight[];
  readonly phoneAnswers: PhoneAnswer[];
  /** Live messages that came with a jump in seq. */
  gaps: number;
  attempts: number;
}

export const newObservations = (): Observations => ({
  sent: new Map(),
  wishes: [],
  sights: [],
  changes: [],
  broken: new Set(),
  synced: [],
  absences: [],
  removed: new Set(),
  holdings: [],
  reads: [],
  receipts: [],
  views: [],
  presence: [],
  memberships: [],
  signOuts: [],
  phoneSights: [],
  phoneAnswers: [],
  gaps: 0,
  attempts: 0,
});
