/** What the clients of one simulation did and saw, and when: all that the oracle gets, besides the final history. */
import type { Message } from '../../../functions/domain/model.js';

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

/** A message that somebody was shown, live or by a sync. */
interface Sight {
  readonly at: number;
  readonly userId: string;
  readonly how: 'live' | 'sync';
  readonly message: Message;
}

/** A sync's answer about one chat. */
interface Synced {
  readonly invokedAt: number;
  readonly at: number;
  readonly userId: string;
  readonly chatId: string;
  readonly lastSeq: number;
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

/** What one device holds in the end. */
interface Holding {
  readonly device: string;
  readonly userId: string;
  readonly chats: ReadonlyMap<string, readonly Message[]>;
}

export interface Observations {
  readonly sent: Map<string, Sent>;
  readonly sights: Sight[];
  readonly synced: Synced[];
  readonly absences: Absence[];
  readonly holdings: Holding[];
  /** Live messages that came with a jump in seq. */
  gaps: number;
  attempts: number;
}

export const newObservations = (): Observations => ({
  sent: new Map(),
  sights: [],
  synced: [],
  absences: [],
  holdings: [],
  gaps: 0,
  attempts: 0,
});
