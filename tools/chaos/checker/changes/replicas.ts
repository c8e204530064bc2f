/**
 * Each device, whatever it has missed, ends with what its user reads: the history, but for what the user hides. The log is
 * played to a replica of each device, as it heard it.
 */
import type { Synced } from '#support/shapes.js';
import { revOf } from '../../replica/held-chat.js';
import { createReplica, type Replica, type SyncAsked } from '../../replica/replica.js';
import type { Evidence } from '../evidence.js';
import { type Finding, say } from '../finding.js';
import type { History, Outcome, View } from '../outcome.js';
import { type ChangeCall, told } from './calls.js';
import { textOf } from './states.js';

interface Played {
  readonly userId: string;
  readonly replica: Replica;
  /** That the last `sync` told of. */
  readonly chatIds: readonly string[];
}

export function* replicas(
  evidence: Evidence,
  { history, views }: Outcome,
  changes: readonly ChangeCall[],
): Generator<Finding> {
  yield* viewed(history, views, changes);
  for (const [device, { userId, replica, chatIds }] of play(evidence)) {
    for (const { chatId, messages } of views.filter(view => view.userId === userId)) {
      if (chatIds.includes(chatId)) yield* compared(device, replica, chatId, messages);
    }
  }
}

function* compared(device: string, replica: Replica, chatId: string, messages: View['messages']): Generator<Finding> {
  const held = replica.messages(chatId);
  const shown = new Set(messages.map(({ seq }) => seq));
  for (const message of messages) {
    const own = held.get(message.seq);
    const same =
      own &&
      !replica.hides(chatId, message.seq) &&
      (revOf(own) < 0 || revOf(message) < 0 || textOf(own) === textOf(message));
    if (same) continue;
    yield {
      name: 'reader-differs',
      detail: `${device} ends with ${own ? JSON.stringify(own) : 'nothing'}: ${say(message)}`,
    };
    return;
  }
  for (const message of held.values()) {
    if (shown.has(message.seq) || replica.hides(chatId, message.seq)) continue;
    yield { name: 'reader-differs', detail: `${device} ends with what its user does not see: ${say(message)}` };
    return;
  }
}

/** What users read is the history, but for what they wanted hidden. */
function* viewed(history: History, views: readonly View[], changes: readonly ChangeCall[]): Generator<Finding> {
  const hides = changes.filter(({ kind, scope, state }) => kind === 'delete' && scope === 'me' && state !== 'refused');
  for (const { userId, chatId, messages } of views) {
    const own = hides.filter(call => call.userId === userId && call.chatId === chatId);
    const seen = new Map(messages.map(message => [message.seq, message]));
    for (const call of own) {
      if (call.state === 'stored' && seen.has(call.seq))
        yield { name: 'change-lost', detail: `${told(call)}; it is shown` };
    }
    const hidden = new Set(own.map(({ seq }) => seq));
    for (const message of history.get(chatId) ?? []) {
      const other = seen.get(message.seq);
      if (other ? textOf(other) === textOf(message) : hidden.has(message.seq)) continue;
      yield { name: 'reader-differs', detail: `${userId} reads ${JSON.stringify(other)} in the end: ${say(message)}` };
      break;
    }
  }
}

/** By device. */
function play(evidence: Evidence): Map<string, Played> {
  const acts = new Map<
    string,
    { readonly userId: string; readonly acts: { at: number; run(replica: Replica): void }[] }
  >();
  const of = (device: string, userId: string) => {
    const own = acts.get(device) ?? { userId, acts: [] };
    acts.set(device, own);
    return own.acts;
  };
  for (const { device, client, heard } of evidence.connections) {
    const own = of(device, client);
    for (const { at, event, data } of heard) own.push({ at, run: replica => void replica.hear(event, data) });
  }
  const last = new Map<string, Synced>();
  for (const { ok, client, via, data, reply, answeredAt: at } of evidence.calls<SyncAsked, Synced>('sync')) {
    if (!ok) continue;
    const device = evidence.deviceOf(via);
    of(device, client).push({ at, run: replica => void replica.take(data, reply) });
    last.set(device, reply);
  }
  return new Map(
    [...acts].map(([device, { userId, acts }]) => {
      const replica = createReplica();
      for (const { run } of acts.sort((one, other) => one.at - other.at)) run(replica);
      return [device, { userId, replica, chatIds: last.get(device)?.chats.map(({ chatId }) => chatId) ?? [] }];
    }),
  );
}
