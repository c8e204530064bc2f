/**
 * A message is one thing under one number, to everybody and for ever. What it says is what its sender wrote, one text
 * after the other, none of which comes back; deleted it says nothing, and nothing becomes of it any more.
 */
import type { Message } from '#support/shapes.js';
import type { Finding } from '../finding.js';
import { keyOf as nameOf, type Sent } from '../sends.js';
import { type ChangeCall, keyOf } from './calls.js';
import type { State, States } from './states.js';

/** What may be of a message of which nothing is left. */
const OF_TOMBSTONES = ['chatId', 'seq', 'id', 'clientId', 'senderId', 'body', 'replyTo', 'sentAt', 'rev', 'reactions'];
const DELETION = ['deletedAt', 'deletedBy', 'mine'];

export const isTombstone = ({ deletedAt }: Message): boolean => deletedAt !== undefined;

export function speaks(message: Message): boolean {
  const { body, replyTo, reactions } = message;
  if (body !== '' || replyTo !== null || reactions.length > 0) return true;
  return Object.keys(message).some(name => ![...OF_TOMBSTONES, ...DELETION].includes(name));
}

export function* versions(
  states: States,
  changes: readonly ChangeCall[],
  sent: ReadonlyMap<string, Sent>,
): Generator<Finding> {
  const texts = textsIn(changes);
  for (const [key, byRev] of states) {
    let before: State | undefined;
    const said = new Set<string>();
    for (const [rev, [state, other]] of byRev) {
      if (!state) continue;
      const { message, by } = state;
      const detail = (what: string) => `${key} under ${rev} ${what}, to ${by}: ${JSON.stringify(message)}`;
      if (other) yield { name: 'version-differs', detail: `${detail('is one thing')}; to ${other.by} ${other.text}` };
      if (before && isTombstone(before.message)) {
        yield { name: 'speaks-again', detail: detail(`comes after its deletion, ${before.message.rev}`) };
      } else if (isTombstone(message)) {
        if (speaks(message)) yield { name: 'speaks-again', detail: detail('is deleted and says something') };
      } else if (said.has(message.body) && before?.message.body !== message.body) {
        yield { name: 'speaks-again', detail: detail(`says what it said before ${before?.message.rev}`) };
      } else if (!isWritten(message, texts, sent)) {
        yield { name: 'change-forged', detail: detail('says what its sender has not written') };
      }
      said.add(message.body);
      before = state;
    }
  }
}

/** What people wanted messages of theirs to say. */
function textsIn(changes: readonly ChangeCall[]): Set<string> {
  return new Set(
    changes.flatMap(call =>
      call.kind === 'edit' && call.state !== 'refused' ? [textOf(call, call.userId, call.body)] : [],
    ),
  );
}

const textOf = (place: { chatId: string; seq: number }, userId: string, body = ''): string =>
  `${keyOf(place)} ${userId} ${body}`;

/** What nobody sent at all is another finding. */
function isWritten(message: Message, texts: ReadonlySet<string>, sent: ReadonlyMap<string, Sent>): boolean {
  const original = sent.get(nameOf(message));
  return !original || message.body === original.body || texts.has(textOf(message, message.senderId, message.body));
}
