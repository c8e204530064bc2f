/**
 * Who asks after a change was acknowledged is answered with what came of it: at least under its number, and of a deleted
 * message nothing. And `sync` leaves out no message that has changed between the cursor and the one that it answers.
 */

import { groupBy } from '#runtime/group-by.js';
import type { Synced } from '#support/shapes.js';
import { revOf } from '../../replica/held-chat.js';
import type { SyncAsked } from '../../replica/replica.js';
import type { Evidence } from '../evidence.js';
import { type Finding, say } from '../finding.js';
import { answersIn } from '../shown.js';
import { type ChangeCall, keyOf, told } from './calls.js';
import type { States } from './states.js';
import { speaks } from './versions.js';

export function* fresh(evidence: Evidence, changes: readonly ChangeCall[], states: States): Generator<Finding> {
  const stored = changes.filter(({ state, scope }) => state === 'stored' && scope !== 'me');
  const places = groupBy(stored, keyOf);
  for (const { message, client, what, via, invokedAt } of answersIn(evidence)) {
    for (const call of places.get(keyOf(message)) ?? []) {
      if (call.answeredAt >= invokedAt) continue;
      const silent = call.kind !== 'delete' || message.body === '';
      const isNew = revOf(message) < 0 || (revOf(message) >= call.rev && (call.kind !== 'delete' || !speaks(message)));
      if (silent && isNew) continue;
      yield {
        name: 'stale-answer',
        detail: `${what} to ${client} by ${via} at ${invokedAt} after ${told(call)}: ${say(message)}`,
      };
      break;
    }
  }
  yield* leftOut(evidence, stored, changes, states);
}

/** A message that has changed once more comes with the last of its numbers, in a later answer if that is beyond this one. */
function* leftOut(
  evidence: Evidence,
  stored: readonly ChangeCall[],
  changes: readonly ChangeCall[],
  states: States,
): Generator<Finding> {
  const chats = groupBy(
    stored.filter(({ change }) => change),
    ({ chatId }) => chatId,
  );
  const hidden = new Set(changes.filter(({ scope }) => scope === 'me').map(call => `${keyOf(call)} ${call.userId}`));
  const since = firstAsked(stored);
  for (const { ok, client, via, data, reply, invokedAt, answeredAt } of evidence.calls<SyncAsked, Synced>('sync')) {
    for (const { chatId, messages, changed, changeUpto, lastChange, reset } of ok ? reply.chats : []) {
      const cursor = data.cursors[chatId];
      if (typeof cursor !== 'object' || changed === undefined || reset) continue;
      const isLater = (call: ChangeCall) =>
        [...(states.get(keyOf(call))?.keys() ?? [])].some(
          rev => rev > changeUpto && (since.get(`${chatId}/${rev}`) ?? 0) < answeredAt,
        );
      for (const call of chats.get(chatId) ?? []) {
        const { change = 0, seq } = call;
        if (call.answeredAt >= invokedAt || change <= cursor.change) continue;
        const isIn = (list: typeof changed) => list.some(message => message.seq === seq && message.rev >= change);
        const isTold = change > changeUpto || isIn(seq > cursor.seq ? messages : changed);
        if (change <= lastChange && (isTold || hidden.has(`${keyOf(call)} ${client}`) || isLater(call))) continue;
        const detail = `sync to ${client} by ${via} at ${invokedAt}, up to ${changeUpto}, without ${told(call)}`;
        yield { name: 'stale-answer', detail };
        break;
      }
    }
  }
}

/** When what has this number was asked for, by chat and number. */
function firstAsked(stored: readonly ChangeCall[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { chatId, change, invokedAt } of stored) {
    const key = `${chatId}/${change}`;
    first.set(key, Math.min(invokedAt, first.get(key) ?? Number.POSITIVE_INFINITY));
  }
  return first;
}
