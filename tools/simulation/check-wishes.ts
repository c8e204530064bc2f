/**
 * The oracle of what was asked for: what was acknowledged holds until somebody asks for another thing, an edit is carried
 * out once, what is deleted stays so, and nobody changes what they may not.
 */

import { groupBy } from '#runtime/group-by.js';
import type { History } from './check.js';
import type { Absence, Observations, Wish } from './clients/observations.js';

export function* wishes(history: History, seen: Observations): Generator<string> {
  yield* refused(seen);
  yield* lasting(history, seen);
  yield* deleted(history, seen);
  yield* rightful(history, seen);
}

const place = ({ chatId, seq }: { chatId: string; seq: number }): string => `${seq} in ${chatId.slice(-4)}`;

function* refused({ wishes }: Observations): Generator<string> {
  for (const wish of wishes) {
    const code = wish.answer?.code;
    if (code === 'internal' || code === 'invalid') yield `defect: ${wish.kind} of ${place(wish)} was ${code}`;
  }
}

/** From when to when a wish may have taken effect. One that was not answered, or is only accepted, may yet. */
interface Act {
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly acknowledged: boolean;
}

const actOf = (wish: Wish, value: string): Act[] => {
  const { invokedAt: from, answer } = wish;
  // It may have been carried out all the same, and come again after what it is refused for.
  const final = answer?.is === 'stored' || (answer?.is === 'refused' && answer.code !== 'unavailable');
  const to = final ? answer.at : Number.POSITIVE_INFINITY;
  return [{ value, from, to, acknowledged: answer?.is === 'stored' }];
};

/** An edit is carried out once: by the first of its attempts that is acknowledged at the latest. */
function onceOf(attempts: readonly Wish[], value: string): Act[] {
  const acts = attempts.flatMap(each => actOf(each, value));
  if (acts.length === 0) return [];
  const done = acts.filter(each => each.acknowledged).map(each => each.to);
  const to = done.length > 0 ? Math.min(...done) : Math.max(...acts.map(each => each.to));
  return [{ value, from: Math.min(...acts.map(each => each.from)), to, acknowledged: done.length > 0 }];
}

/** Whether it may be the last one: nothing else was asked for after it that was acknowledged. */
const isLast = (act: Act, all: readonly Act[]): boolean =>
  !all.some(each => each.acknowledged && each.value !== act.value && each.from > act.to);

function* lasting(history: History, { wishes }: Observations): Generator<string> {
  for (const own of groupBy(wishes, registerOf).values()) {
    const [{ kind, chatId, seq, userId } = {} as Wish] = own;
    const past = history.get(chatId);
    const row = past?.rows[seq - 1];
    if (!past || !row || row.deletedAt !== undefined || kind === 'delete') continue;
    const [first] = past.log.filter(({ message }) => message.seq === seq);
    let now = row.body;
    let acts: Act[] = [];
    let begun = first?.message.body ?? '';
    if (kind === 'edit') {
      const edits = own.flatMap(each => (each.kind === 'edit' ? [each] : []));
      for (const attempts of groupBy(edits, each => each.clientId).values())
        acts.push(...onceOf(attempts, attempts[0]?.body ?? ''));
    } else {
      acts = own.flatMap(each => ('on' in each ? actOf(each, String(each.on)) : []));
      begun = 'false';
      const emoji = own.flatMap(each => (each.kind === 'react' ? [each.emoji] : []))[0];
      const is = kind === 'pin' ? row.pinnedAt !== undefined : past.reactionsOf(userId, seq).includes(emoji ?? '');
      now = String(is);
    }
    const beginning: Act = { value: begun, from: -1, to: -1, acknowledged: false };
    if ([beginning, ...acts].some(act => act.value === now && isLast(act, acts))) continue;
    const asked = acts.map(({ value, from, to }) => `${value} (${Math.round(from)}…${Math.round(to)})`);
    yield `durable: ${kind} of ${place(row)} by ${userId.slice(-4)} is ${now} in the end, and was asked to be ${asked.join(', ')}`;
  }
}

/** What holds one value, the last one that was asked for. */
function registerOf(wish: Wish): string {
  const of = `${wish.kind} ${wish.chatId} ${wish.seq}`;
  return wish.kind === 'react' ? `${of} ${wish.userId} ${wish.emoji}` : of;
}

function* deleted(history: History, { wishes }: Observations): Generator<string> {
  for (const [chatId, { rows, log, hidden }] of history) {
    const gone = new Set(log.flatMap(({ message }) => (message.deletedAt === undefined ? [] : [message.seq])));
    for (const { seq, deletedAt } of rows) {
      if (gone.has(seq) && deletedAt === undefined)
        yield `deleted: ${seq} in ${chatId.slice(-4)} was deleted, and is back`;
    }
    for (const wish of wishes) {
      if (wish.kind !== 'delete' || wish.chatId !== chatId || wish.answer?.is !== 'stored') continue;
      const done = wish.scope === 'all' ? gone.has(wish.seq) : hidden(wish.userId, wish.seq);
      if (!done) yield `durable: ${place(wish)} was deleted from ${wish.scope}, as was acknowledged, and is there`;
    }
  }
}

function* rightful(history: History, { absences }: Observations): Generator<string> {
  for (const [chatId, { log, roleOf, members }] of history) {
    const names = new Set<string>();
    for (const { at, message, changes } of log) {
      for (const change of changes) {
        const who = change.userId.slice(-4);
        const mine = message.senderId === change.userId;
        const manages = roleOf(change.userId) === 'owner';
        const may =
          change.kind === 'react' || (change.kind === 'edit' ? mine : manages || (change.kind === 'delete' && mine));
        if (!may) yield `rights: ${who} made a ${change.kind} of ${place(change)}`;
        const away = (absence: Absence): boolean =>
          absence.chatId === chatId &&
          absence.userId === change.userId &&
          !(absence.disputed && members.has(change.userId)) &&
          at > absence.removedAt &&
          at < (absence.addedAt ?? Number.POSITIVE_INFINITY);
        if (absences.some(away)) yield `private: ${who} made a ${change.kind} of ${place(change)} after their removal`;
        if (change.kind !== 'edit') continue;
        const name = `${change.userId} ${change.clientId}`;
        if (names.has(name)) yield `idempotent: ${change.clientId} edited ${place(change)} twice`;
        names.add(name);
      }
    }
  }
}
