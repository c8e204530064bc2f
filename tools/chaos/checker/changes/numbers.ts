/**
 * The changes of a chat are numbered 1…M, without holes, and each number is that of one message. What was asked for after
 * another's acknowledgement has the higher number.
 */

import { groupBy } from '#runtime/group-by.js';
import type { Finding } from '../finding.js';
import type { History, Numbers } from '../outcome.js';
import { type ChangeCall, keyOf, told } from './calls.js';
import type { States } from './states.js';

export function* numbers(
  history: History,
  states: States,
  changes: readonly ChangeCall[],
  known: Numbers | undefined,
): Generator<Finding> {
  const seqs = new Map<string, number>();
  for (const [key, byRev] of states) {
    const [chatId = '', seq] = key.split('/');
    for (const rev of byRev.keys()) {
      const number = `${chatId}/${rev}`;
      if (rev > 0 && seqs.has(number)) {
        yield {
          name: 'number-shared',
          detail: `${rev} of chat ${chatId} is that of ${seqs.get(number)} and of ${seq}`,
        };
      }
      if (rev > 0) seqs.set(number, Number(seq));
    }
  }
  for (const [chatId, { length }] of history) {
    if (!known || length === 0) continue;
    const given = known.given.filter(one => one.chatId === chatId).sort((one, other) => one.rev - other.rev);
    const last = known.last.get(chatId) ?? 0;
    const wrong = given.findIndex(({ rev }, place) => rev !== place + 1);
    if (wrong >= 0 || given.length !== last) {
      const detail = `chat ${chatId} has ${last} changes; ${given.length} are numbered, the ${wrong + 1}th not so`;
      yield { name: 'change-hole', detail };
    }
  }
  yield* inOrder(changes);
  if (known) yield* kept(history, changes, known);
  for (const remain of known?.remains ?? []) yield { name: 'remains', detail: remain };
}

function* inOrder(changes: readonly ChangeCall[]): Generator<Finding> {
  const numbered = changes.filter(({ change }) => change);
  for (const own of groupBy(numbered, ({ chatId }) => chatId).values()) {
    const byAnswer = own.toSorted((one, other) => one.answeredAt - other.answeredAt);
    let next = 0;
    let highest: ChangeCall | undefined;
    for (const later of own) {
      for (; next < byAnswer.length && byAnswer[next]!.answeredAt < later.invokedAt; next++) {
        if ((byAnswer[next]!.change ?? 0) > (highest?.change ?? 0)) highest = byAnswer[next];
      }
      if (highest?.change === undefined || (later.change ?? 0) >= highest.change) continue;
      yield { name: 'reordered', detail: `${told(later)}, after ${told(highest)}, answered at ${highest.answeredAt}` };
    }
  }
}

/** Answers name numbers that were given to that message; and the last one that it was given is what it has. */
function* kept(history: History, changes: readonly ChangeCall[], { given }: Numbers): Generator<Finding> {
  const byPlace = groupBy(given, keyOf);
  const revsOf = (place: { chatId: string; seq: number }) => byPlace.get(keyOf(place))?.map(({ rev }) => rev) ?? [];
  for (const call of changes) {
    if (!call.change || revsOf(call).includes(call.change)) continue;
    yield { name: 'change-lost', detail: `${told(call)}, which is no number of it` };
  }
  for (const message of [...history.values()].flat()) {
    const { rev } = message as { rev?: number };
    const last = Math.max(0, ...revsOf(message));
    if (rev === undefined || rev === last) continue;
    yield {
      name: 'change-lost',
      detail: `chat ${message.chatId} seq ${message.seq} has ${rev}, and was given ${last}`,
    };
  }
}
