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
  | 'version-differs'
  | 'speaks-again'
  | 'number-shared'
  | 'change-hole'
  | 'change-lost'
  | 'change-doubled'
  | 'change-forged'
  | 'stale-answer'
  | 'summary-differs'
  | 'invisible-change'
  | 'overheard'
  | 'remains'
  | 'upload-lost'
  | 'media-lost'
  | 'media-refused'
  | 'media-differs'
  | 'media-shown'
  | 'media-remains'
  | 'slow-recovery'
  | 'silence'
  | 'send-failing';

export interface Finding {
  readonly name: Name;
  readonly detail: string;
}

export const say = ({ chatId, seq, senderId, clientId, body }: Message): string =>
  `chat ${chatId} seq ${seq} from ${senderId}, clientId ${clientId}: ${JSON.stringify(body.slice(0, 60))}`;
