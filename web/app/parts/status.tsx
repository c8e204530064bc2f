/** How far a message of one's own has come: a clock, one tick, two ticks, two ticks in a field. */
import type { ChatState } from '../../client/chat.js';
import type { Pending } from '../../client/state.js';
import { connected } from '../connection.js';
import { myId } from '../model.js';
import { Clock, Failed, ReadTicks, Tick, Ticks } from './icons.js';

export type MessageStatus = 'waiting' | 'sending' | 'failed' | 'sent' | 'delivered' | 'read';

const STATUS = {
  waiting: { label: 'Waiting for the connection', more: 'it is sent as soon as there is one', icon: Clock },
  sending: { label: 'On its way', more: 'the server has not confirmed it yet', icon: Clock },
  failed: { label: 'Not sent', more: 'the server has refused it', icon: Failed },
  sent: { label: 'Stored', more: 'it is safe on the server, and on no device of the others yet', icon: Tick },
  delivered: { label: 'Delivered', more: 'it is on a device of somebody it is for', icon: Ticks },
  read: { label: 'Read', more: 'somebody it is for has seen it', icon: ReadTicks },
} as const;

/** By the farthest of the others: in a group, read means that somebody has. */
export function statusIn({ members }: ChatState, seq: number): MessageStatus {
  const others = Object.values(members).filter(({ userId }) => userId !== myId.value);
  if (others.some(({ readSeq }) => readSeq >= seq)) return 'read';
  return others.some(({ deliveredSeq }) => deliveredSeq >= seq) ? 'delivered' : 'sent';
}

/** Of a message that the server has not stored yet, as far as is known. */
export function statusOf({ state }: Pending): MessageStatus {
  if (state === 'failed') return 'failed';
  return state === 'waiting' && !connected.value ? 'waiting' : 'sending';
}

export function Status({ is }: { readonly is: MessageStatus }) {
  const { label, more, icon: Icon } = STATUS[is];
  return (
    <span class={`message-status ${is}`} role="img" aria-label={label} title={`${label}: ${more}`}>
      <Icon />
    </span>
  );
}
