/** What conversations are to oneself alone: muted, pinned, archived. The same on all one's devices. */
import { computed } from '@preact/signals';
import type { ChatState } from '../client/chat.js';
import { mentionsUser } from '../client/mentions.js';
import type { Message } from '../client/shapes.js';
import { chats, client, state } from './model.js';
import { attempt } from './overlays.js';
import { isAhead } from './time.js';

const HOUR = 3_600_000;
/** In the order in which they are offered. */
export const SPANS: readonly { readonly label: string; readonly ms: number }[] = [
  { label: '1 hour', ms: HOUR },
  { label: '8 hours', ms: 8 * HOUR },
  { label: '1 week', ms: 7 * 24 * HOUR },
  { label: 'Always', ms: Number.POSITIVE_INFINITY },
];
/** The last moment that has a name in the contract. */
const FOR_EVER = '9999-12-31T23:59:59.999Z';

const ownOf = (chatId: string) => state.value.own[chatId];
export const isPinned = (chatId: string): boolean => ownOf(chatId)?.pinned === true;
export const isArchived = (chatId: string): boolean => ownOf(chatId)?.archived === true;

/** What one is told of as it comes. */
export type Level = 'all' | 'mentions' | 'none';

export const LEVELS: readonly { readonly level: Level; readonly label: string }[] = [
  { level: 'all', label: 'Everything' },
  { level: 'mentions', label: 'Mentions' },
  { level: 'none', label: 'Nothing' },
];
export const levelOf = (chatId: string): Level => ownOf(chatId)?.notify ?? 'all';

const QUIET: Readonly<Record<Level, string | undefined>> = {
  all: undefined,
  mentions: 'You are told of mentions only',
  none: 'You are told of nothing',
};

/** How quiet it is, where it is not as loud as can be. */
export function quietInWords(chatId: string): string | undefined {
  const muted = mutedUntil(chatId);
  return muted === undefined ? QUIET[levelOf(chatId)] : mutedInWords(muted);
}

/** Until when, if it is now. */
export function mutedUntil(chatId: string): string | undefined {
  const until = ownOf(chatId)?.mutedUntil;
  return until !== undefined && isAhead(until) ? until : undefined;
}

const mutedInWords = (until: string): string =>
  until === FOR_EVER ? 'Muted' : `Muted until ${ends.format(new Date(until))}`;
const ends = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Whether one is to be told of a message as it comes. */
export function notifiesOf({ id, userId }: ChatState, message: Message): boolean {
  const level = levelOf(id);
  if (mutedUntil(id) !== undefined || level === 'none') return false;
  return level !== 'mentions' || mentionsUser(message, userId);
}

/** In all conversations that are not muted. */
export const unread = computed(() =>
  chats.value.reduce((sum, chat) => sum + (mutedUntil(chat.id) === undefined ? chat.unread : 0), 0),
);

const set = (...given: Parameters<typeof client.own>): void => void attempt(client.own(...given));

export const mute = (chatId: string, ms: number): void =>
  set(chatId, { mutedUntil: ms === Number.POSITIVE_INFINITY ? FOR_EVER : new Date(Date.now() + ms).toISOString() });
export const unmute = (chatId: string): void => set(chatId, { mutedUntil: null });
export const notify = (chatId: string, level: Level): void => set(chatId, { notify: level });
export const pin = (chatId: string, pinned: boolean): void => set(chatId, { pinned });
export const archive = (chatId: string, archived: boolean): void => set(chatId, { archived });
