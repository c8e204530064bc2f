/** How far a message of one's own has come: a clock, one tick, two ticks. */
import type { ChatState } from '../../client/chat.js';
import { myId } from '../model.js';
import { Clock, Failed, Tick, Ticks } from './icons.js';

export type MessageStatus = 'sending' | 'failed' | 'sent' | 'delivered' | 'read';

const LABELS = {
  sending: 'On its way',
  failed: 'Not sent',
  sent: 'Stored',
  delivered: 'Delivered',
  read: 'Read',
} as const;

/** By the farthest of the others: in a group, read means that somebody has. */
export function statusIn({ members }: ChatState, seq: number): MessageStatus {
  const others = Object.values(members).filter(({ userId }) => userId !== myId.value);
  if (others.some(({ readSeq }) => readSeq >= seq)) return 'read';
  return others.some(({ deliveredSeq }) => deliveredSeq >= seq) ? 'delivered' : 'sent';
}

export const Status = ({ is }: { readonly is: MessageStatus }) => (
  <span class={`message-status ${is}`} role="img" aria-label={LABELS[is]} title={LABELS[is]}>
    {is === 'sending' ? <Clock /> : is === 'failed' ? <Failed /> : is === 'read' ? <Ticks /> : <Tick />}
  </span>
);
