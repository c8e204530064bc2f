/** A broken promise, by name, with what a reader of the logs needs to find the place. */
import type { Message } from '#support/shapes.js';

type Name =
  | 'lost'
  | 'doubled'
  | 'forged'
  | 'rewritten'
  | 'moved'
  | 'hole'
  | 'reader-differs'
  | 'reordered'
  | 'not-shown'
  | 'watermark-back'
  | 'watermark-lost'
  | 'unread-wrong'
  | 'leaked'
  | 'sent-after-removal'
  | 'invisible-gap'
  | 'stale-presence'
  | 'shown-offline'
  | 'slow-recovery'
  | 'silence'
  | 'send-failing';

export interface Finding {
  readonly name: Name;
  readonly detail: string;
}

/** By chat, as it was read over REST when everything was over. */
export type History = ReadonlyMap<string, readonly Message[]>;

export const say = ({ chatId, seq, senderId, clientId, body }: Message): string =>
  `chat ${chatId} seq ${seq} from ${senderId}, clientId ${clientId}: ${JSON.stringify(body.slice(0, 60))}`;
