/**
 * What was acknowledged as changed is so in the end, unless something after it changed it again; and nothing is changed
 * that nobody wanted so. The same edit, however often it is asked for, is one.
 */

import { groupBy } from '#runtime/group-by.js';
import type { Message } from '#support/shapes.js';
import { revOf } from '../../replica/held-chat.js';
import type { Finding } from '../finding.js';
import type { Outcome } from '../outcome.js';
import { keyOf as nameOf, type Sent } from '../sends.js';
import { type ChangeCall, keyOf, told } from './calls.js';
import { isOutdone } from './later.js';
import { isTombstone } from './versions.js';

export function* effects(
  { history, reacted }: Outcome,
  changes: readonly ChangeCall[],
  sent: ReadonlyMap<string, Sent>,
): Generator<Finding> {
  const places = groupBy(changes, keyOf);
  const people = new Map(reacted.map(one => [keyOf(one), one.reactions]));
  for (const message of [...history.values()].flat()) {
    const calls = (places.get(keyOf(message)) ?? []).filter(({ state }) => state !== 'refused');
    const of = (kind: ChangeCall['kind']) => calls.filter(call => call.kind === kind);
    const deletions = of('delete').filter(({ scope }) => scope === 'all');
    const place = keyOf(message);
    for (const call of calls) {
      if (revOf(message) < 0 || revOf(message) >= call.rev) continue;
      yield { name: 'change-lost', detail: `${told(call)}; the message has ${message.rev}` };
    }
    yield* doubled(of('edit'));
    if (isTombstone(message)) {
      if (!deletions.some(({ userId }) => userId === message.deletedBy))
        yield { name: 'change-forged', detail: `${place} was not deleted by ${message.deletedBy}` };
      continue;
    }
    for (const call of deletions.filter(({ state }) => state === 'stored')) {
      yield { name: 'change-lost', detail: `${told(call)}; the message is there` };
    }
    // What an older version shows says neither.
    if (revOf(message) < 0) continue;
    yield* edited(message, of('edit'), sent.get(nameOf(message))?.body);
    yield* switched(place, of('pin'), message.pinnedAt !== undefined);
    const reactions = people.get(place) ?? [];
    const named = groupBy(of('react'), ({ userId, emoji }) => `${userId} ${emoji}`);
    for (const name of new Set([...named.keys(), ...reactions.map(({ userId, emoji }) => `${userId} ${emoji}`)])) {
      const isOn = reactions.some(({ userId, emoji }) => `${userId} ${emoji}` === name);
      yield* switched(`${place} ${name}`, named.get(name) ?? [], isOn);
    }
  }
}

/** A state that may be on or off, and is off where nobody has asked for anything. */
function* switched(what: string, calls: readonly ChangeCall[], isOn: boolean): Generator<Finding> {
  const others = calls.filter(({ on }) => on !== isOn);
  const alike = calls.filter(({ on }) => on === isOn);
  if (isOn && alike.length === 0) {
    yield { name: 'change-forged', detail: `${what} is on` };
    return;
  }
  const outdone = alike.map(call => others.find(other => isOutdone(call, other)));
  if (outdone.includes(undefined)) return;
  const last = outdone.at(-1) ?? others.find(({ state }) => state === 'stored');
  if (last) yield { name: 'change-lost', detail: `${told(last)}; ${what} is ${isOn ? 'on' : 'off'}` };
}

/** It says what the last one wanted. Texts are different, so an edit that was carried out before is answered with 0. */
function* edited(message: Message, edits: readonly ChangeCall[], original: string | undefined): Generator<Finding> {
  // What nobody sent is another finding.
  if (original === undefined) return;
  const ones = [...groupBy(edits, ({ userId, clientId }) => `${userId} ${clientId}`).values()].map(asOne);
  const own = ones.filter(({ body, userId }) => body === message.body && userId === message.senderId);
  const others = ones.filter(({ body }) => body !== message.body);
  const stored = others.find(({ state }) => state === 'stored');
  if (message.body === original && !stored) return;
  const outdone = own.map(call => others.find(other => isOutdone(call, other)));
  if (outdone.includes(undefined)) return;
  const last = outdone.at(-1) ?? (message.body === original ? stored : undefined);
  if (last) yield { name: 'change-lost', detail: `${told(last)}; the message says ${JSON.stringify(message.body)}` };
  else yield { name: 'change-forged', detail: `${keyOf(message)} says ${JSON.stringify(message.body)}` };
}

/** All attempts at an edit. */
function asOne(attempts: readonly ChangeCall[]): ChangeCall {
  const stored = attempts.filter(({ state }) => state === 'stored');
  const first = attempts[0] as ChangeCall;
  if (stored.length === 0) return first;
  const answeredAt = Math.min(...stored.map(call => call.answeredAt));
  const change = Math.max(...stored.map(call => call.change ?? 0));
  return { ...first, state: 'stored', answeredAt, change };
}

function* doubled(edits: readonly ChangeCall[]): Generator<Finding> {
  for (const attempts of groupBy(edits, ({ userId, clientId }) => `${userId} ${clientId}`).values()) {
    const numbered = attempts.filter(({ change }) => change);
    const other = numbered.find(({ change }) => change !== numbered[0]?.change);
    if (other) yield { name: 'change-doubled', detail: `${told(other)}, and as ${numbered[0]?.change}` };
  }
}
