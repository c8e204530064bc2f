/** What stands below each other in a conversation: days, the line above what is new, and messages in runs of one sender. */
import { withPending } from '../client/changes.js';
import type { ChatState } from '../client/chat.js';
import type { Message } from '../client/shapes.js';
import type { Pending, State } from '../client/state.js';
import { dayKey } from './time.js';

/** A message that is stored, or is about to be. */
export type Shown = Omit<Message, 'seq' | 'id'> & Partial<Pick<Message, 'seq' | 'id'>> & { readonly pending?: Pending };

/** What names a message of a chat from the moment at which it is written. */
export type MessageName = Pick<Shown, 'clientId' | 'senderId'>;

export type Row =
  | { readonly is: 'day'; readonly key: string; readonly at: string }
  | { readonly is: 'new'; readonly key: string }
  | {
      readonly is: 'message';
      readonly key: string;
      readonly message: Shown;
      /** Of a run of messages by the same sender within a few minutes. */
      readonly first: boolean;
      readonly last: boolean;
    };

const RUN_MS = 5 * 60_000;

/** `newAfter` is the seq after which what the user has not seen begins. */
export function rowsOf(all: readonly Shown[], newAfter: number | undefined): Row[] {
  const rows: Row[] = [];
  for (const [at, message] of all.entries()) {
    const [before, after] = [all[at - 1], all[at + 1]];
    if (!before || dayKey(before.sentAt) !== dayKey(message.sentAt))
      rows.push({ is: 'day', key: `day ${dayKey(message.sentAt)}`, at: message.sentAt });
    const isNew = newAfter !== undefined && message.seq === newAfter + 1;
    if (isNew) rows.push({ is: 'new', key: 'new' });
    const first = isNew || !runs(before, message);
    const last = !runs(message, after) || after?.seq === (newAfter ?? -2) + 1;
    rows.push({ is: 'message', key: message.clientId, message, first, last });
  }
  return rows;
}

const runs = (one: Shown | undefined, other: Shown | undefined): boolean =>
  one !== undefined &&
  one.senderId === other?.senderId &&
  dayKey(one.sentAt) === dayKey(other.sentAt) &&
  Math.abs(Date.parse(other.sentAt) - Date.parse(one.sentAt)) < RUN_MS;

/** The messages of a chat that are held, and those on their way, as the user wants them to be. */
export function shownIn({ id, userId, history }: ChatState, { outbox, changes }: State): readonly Shown[] {
  const own = outbox.filter(({ chatId }) => chatId === id).map(each => shownOf(each, userId));
  const all: readonly Shown[] = [...history.messages.filter(({ hidden }) => !hidden), ...own];
  const asked = changes.filter(({ chatId }) => chatId === id);
  return asked.length === 0 ? all : all.map(message => withPending(message, asked));
}

export const isSame = (one: MessageName, other: MessageName): boolean =>
  one.clientId === other.clientId && one.senderId === other.senderId;

/** A message on its way, as it will look. */
export const shownOf = (pending: Pending, senderId: string): Shown => ({
  chatId: pending.chatId,
  clientId: pending.clientId,
  senderId,
  body: pending.body,
  replyTo: pending.replyTo,
  sentAt: pending.at,
  ...(pending.forwardedFrom && { forwardedFrom: pending.forwardedFrom }),
  pending,
});
