/** What stands below each other in a conversation: days, the line above what is new, and messages in runs of one sender. */
import { withPending } from '../client/changes.js';
import type { ChatState } from '../client/chat.js';
import { heldIn } from '../client/history.js';
import type { Media, Message } from '../client/shapes.js';
import type { Pending, State, Upload } from '../client/state.js';
import { mediaOf } from '../client/uploads.js';
import type { Places } from './span.js';
import { dayKey } from './time.js';

/** A message that is stored, or is about to be. */
export type Shown = Omit<Message, 'seq' | 'id' | 'media'> &
  Partial<Pick<Message, 'seq' | 'id'>> & { readonly media?: readonly Part[]; readonly pending?: Pending };

/** Part of a message; one that is on its way, and has its upload's id as long as it is. */
export type Part = Media & { readonly upload?: Upload };

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

/** Those of the messages from one place to another; `newAfter` is the seq after which what the user has not seen begins. */
export function rowsOf(all: readonly Shown[], newAfter: number | undefined, [from, to]: Places): Row[] {
  const rows: Row[] = [];
  for (let at = from; at <= to; at++) {
    const [before, message, after] = [all[at - 1], all[at], all[at + 1]];
    if (!message) break;
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

/** Messages of a chat, all that are held or a stretch of them, and behind the end those on their way, as the user wants them to be. */
export function shownIn(
  { id, userId, history }: ChatState,
  { outbox, changes, uploads }: State,
  stretch = heldIn(history),
): readonly Shown[] {
  const own = outbox.filter(({ chatId }) => chatId === id).map(each => shownOf(each, userId, uploads));
  const all: readonly Shown[] = [
    ...stretch.filter(({ hidden }) => !hidden),
    ...(stretch === history.back && stretch.length > 0 ? [] : own),
  ];
  const asked = changes.filter(({ chatId }) => chatId === id);
  return asked.length === 0 ? all : all.map(message => withPending(message, asked));
}

export const isSame = (one: MessageName, other: MessageName): boolean =>
  one.clientId === other.clientId && one.senderId === other.senderId;

/** A message on its way, as it will look. */
export const shownOf = (pending: Pending, senderId: string, uploads: readonly Upload[] = []): Shown => ({
  chatId: pending.chatId,
  clientId: pending.clientId,
  senderId,
  body: pending.body,
  replyTo: pending.replyTo,
  sentAt: pending.at,
  ...(pending.forwardedFrom && { forwardedFrom: pending.forwardedFrom }),
  ...(pending.media && { media: pending.media }),
  ...(pending.uploads && { media: partsOf(pending.uploads, uploads) }),
  pending,
});

const partsOf = (ids: readonly string[], uploads: readonly Upload[]): readonly Part[] =>
  ids.flatMap(id => {
    const upload = uploads.find(each => each.id === id);
    return upload ? [{ ...mediaOf(upload), id, upload }] : [];
  });
