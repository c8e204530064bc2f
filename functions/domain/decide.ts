/** Decides what becomes of a change, under the lock of the chat: the one place where the rights to change messages stand. */

import type { Standing } from '../ports/members.js';
import { type FoundMedia, names, unattachable } from './attachment.js';
import type { Alteration, Change } from './change.js';
import { described } from './changed.js';
import { isEmoji } from './emoji.js';
import { saysTheSame } from './entities.js';
import type { ChatType, Message } from './model.js';
import { LIMITS } from './names.js';

/** What there is, at the moment at which it is decided. */
export interface Found {
  readonly chat: { readonly type: ChatType; readonly firstSeq: number; readonly pins: number };
  readonly standing: Standing;
  /** Whether the member hides the message from themselves. */
  readonly hidden: boolean;
  readonly message: Message;
  /** How often it was edited. */
  readonly edits: number;
  /** The seq of the message that was edited under the edit's own name. */
  readonly usedFor: number | undefined;
  /** The member's reactions to it. */
  readonly own: ReadonlySet<string>;
  /** The files that the change or the message names. */
  readonly media: (id: string) => FoundMedia | undefined;
}

export interface Refusal {
  readonly code: 'invalid' | 'not_found' | 'forbidden' | 'conflict';
  readonly why: string;
  /** What of the change is at fault. */
  readonly path?: string;
}

/** `nothing` changes where it is so already; what takes effect takes the chat's next number. */
export type Decision = 'takes effect' | 'changes nothing' | Refusal;

export const NO_MESSAGE: Refusal = { code: 'not_found', why: 'no such message' };
const GONE: Refusal = { code: 'conflict', why: 'this message was deleted' };
const NOT_YOURS: Refusal = { code: 'forbidden', why: 'only its sender may edit a message' };
const NOT_THEIRS: Refusal = { code: 'forbidden', why: 'a forwarded message says what its first author said' };
const TOO_LATE: Refusal = { code: 'forbidden', why: 'this message is too old for that' };
const NOTHING: Refusal = { code: 'invalid', why: 'a message without media needs a text', path: '/body' };
const conflict = (why: string): Refusal => ({ code: 'conflict', why });

/** For ever with a window of 0. */
const within = (windowMs: number, { at }: Change, { sentAt }: Message): boolean =>
  windowMs === 0 || Date.parse(at) - Date.parse(sentAt) <= windowMs;

export function decide(change: Alteration, found: Found, editWindowMs: number): Decision {
  const { chat, standing, hidden, message } = found;
  if (change.kind === 'describe') {
    if (message.deletedAt !== undefined) return 'changes nothing';
    const says = (of: Message): string => JSON.stringify([of.media ?? [], of.preview ?? null]);
    return says(described(message, change, found.media)) === says(message) ? 'changes nothing' : 'takes effect';
  }
  if (standing === 'outsider' || standing === 'former' || hidden || message.seq < chat.firstSeq) return NO_MESSAGE;
  const manages = standing === 'owner' || standing === 'admin';
  const deleted = message.deletedAt !== undefined;

  switch (change.kind) {
    case 'edit':
      if (found.usedFor === message.seq) return 'changes nothing';
      if (found.usedFor !== undefined) return conflict('this clientId was used for the edit of another message');
      if (message.senderId !== change.userId) return NOT_YOURS;
      if (deleted) return GONE;
      if (message.forwardedFrom) return NOT_THEIRS;
      if (!within(editWindowMs, change, message)) return TOO_LATE;
      if (change.ifRev !== undefined && change.ifRev !== message.rev) return conflict('this message has changed since');
      if (found.edits >= LIMITS.edits)
        return conflict(`this message was edited ${LIMITS.edits} times, which is the most`);
      return edit(change, found);
    case 'delete':
      if (deleted) return 'changes nothing';
      if (manages) return 'takes effect';
      if (message.senderId !== change.userId) {
        return { code: 'forbidden', why: 'only its sender, the owner and the admins of the chat may delete a message' };
      }
      return within(editWindowMs, change, message) ? 'takes effect' : TOO_LATE;
    case 'react':
      if (deleted) return GONE;
      if (!isEmoji(change.emoji)) return { code: 'invalid', why: 'the reaction is not one emoji' };
      return react(change, found);
    case 'pin':
      if (deleted) return GONE;
      if (!manages && chat.type !== 'direct') {
        return { code: 'forbidden', why: 'only the owner and the admins of the chat may pin messages' };
      }
      if (change.on === (message.pinnedAt !== undefined)) return 'changes nothing';
      if (change.on && chat.pins >= LIMITS.pins) return conflict(`the chat has ${LIMITS.pins} pins, which is the most`);
      return 'takes effect';
  }
}

type EditOf = Extract<Change, { kind: 'edit' }>;

function edit(change: EditOf, { message, media }: Found): Decision {
  const { body, media: ids } = change;
  const had = message.media ?? [];
  for (const [n, id] of (ids ?? []).entries()) {
    const why = had.some(each => each.id === id) ? undefined : unattachable(media(id), change.userId);
    if (why) return { ...why, path: `/media/${n}` };
  }
  if (body === '' && (ids ?? had).length === 0) return NOTHING;
  return saysTheSame(change, message) && (!ids || names(had, ids)) ? 'changes nothing' : 'takes effect';
}

function react({ emoji, on }: Extract<Change, { kind: 'react' }>, { own, message: { reactions } }: Found): Decision {
  if (on === own.has(emoji)) return 'changes nothing';
  if (!on) return 'takes effect';
  if (own.size >= LIMITS.reactionsOfOne)
    return conflict(`you have ${own.size} reactions to this message, which is the most`);
  const kinds = reactions.map(each => each.emoji);
  return kinds.length < LIMITS.kindsOfReactions || kinds.includes(emoji)
    ? 'takes effect'
    : conflict(`this message has ${kinds.length} kinds of reactions, which is the most`);
}
