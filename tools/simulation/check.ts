/**
 * The oracle: holds what clients saw and the history in the end against the promises. Each finding names the promise
 * that was broken.
 */
import type { Message, Role } from '#functions/domain/model.js';
import { changes } from './check-changes.js';
import { reads } from './check-reads.js';
import { sessions } from './check-sessions.js';
import { wishes } from './check-wishes.js';
import type { Absence, Observations, Sent } from './clients/observations.js';
import type { Version } from './parts/rows.js';

/** By chat: what was said in it, and who is in it. */
export interface Past {
  readonly rows: readonly Message[];
  readonly members: ReadonlySet<string>;
  readonly lastChange: number;
  /** What was stored and what was changed, in that order. */
  readonly log: readonly Version[];
  readonly roleOf: (userId: string) => Role | undefined;
  readonly hidden: (userId: string, seq: number) => boolean;
  readonly reactionsOf: (userId: string, seq: number) => readonly string[];
}
export type History = ReadonlyMap<string, Past>;

export function check(history: History, seen: Observations): readonly string[] {
  return [durable, dense, ordered, truthful, synced, fresh, private_, reads, sessions, changes, wishes].flatMap(
    promise => [...promise(history, seen)],
  );
}

const rowsOf = (history: History, { chatId, senderId, clientId }: Sent): readonly Message[] =>
  (history.get(chatId)?.rows ?? []).filter(row => row.senderId === senderId && row.clientId === clientId);

const name = ({ chatId, clientId }: { chatId: string; clientId: string }) => `${clientId} in ${chatId.slice(-4)}`;

/** Acknowledged: there, once, at the seq of every acknowledgement, byte for byte. Not acknowledged: at most once. */
function* durable(history: History, { sent }: Observations): Generator<string> {
  for (const message of sent.values()) {
    const rows = rowsOf(history, message);
    const answers = message.attempts.flatMap(({ answer }) => (answer && answer.is !== 'refused' ? [answer] : []));
    if (answers.length > 0 && rows.length === 0)
      yield `durable: ${name(message)} was acknowledged and is not in history`;
    if (rows.length > 1) yield `idempotent: ${name(message)} is in history ${rows.length} times`;
    for (const { seq } of answers) {
      if (seq !== undefined && rows[0] && !rows.some(row => row.seq === seq)) {
        yield `durable: ${name(message)} was acknowledged at ${seq} and is at ${rows[0].seq}`;
      }
    }
    if (new Set(answers.flatMap(({ seq }) => seq ?? [])).size > 1)
      yield `idempotent: ${name(message)} was given two seqs`;
    for (const { message: stored, changes } of history.get(message.chatId)?.log ?? []) {
      const ours = changes.length === 0 && stored.id === rows[0]?.id;
      if (ours && stored.body !== message.body) yield `durable: the body of ${name(message)} has changed`;
    }
    for (const { answer } of message.attempts) {
      if (answer?.code === 'internal' || answer?.code === 'invalid')
        yield `defect: ${name(message)} was ${answer.code}`;
    }
  }
}

function* dense(history: History, { sent }: Observations): Generator<string> {
  for (const [chatId, { rows }] of history) {
    for (const [at, row] of rows.entries()) {
      if (row.seq !== at + 1) yield `dense: ${chatId.slice(-4)} has ${row.seq} at place ${at + 1}`;
      if (!sent.has(row.clientId)) yield `durable: nobody sent ${name(row)}`;
    }
  }
}

/** What was sent after an acknowledgement comes after it; what one connection sent once stays in its order. */
function* ordered(history: History, { sent }: Observations): Generator<string> {
  for (const [chatId, { rows }] of history) {
    const here = rows.flatMap(row =>
      sent.has(row.clientId) ? [{ row, message: sent.get(row.clientId) as Sent }] : [],
    );
    const acknowledged = here
      .flatMap(({ row, message }) =>
        message.attempts.flatMap(({ answer }) => (answer && answer.is !== 'refused' ? [{ at: answer.at, row }] : [])),
      )
      .sort((a, b) => a.at - b.at);
    const invoked = here
      .map(({ row, message }) => ({ at: message.attempts[0]?.invokedAt ?? 0, row }))
      .sort((a, b) => a.at - b.at);
    let next = 0;
    let highest: Message | undefined;
    for (const { at, row } of invoked) {
      for (let ack = acknowledged[next]; ack && ack.at < at; ack = acknowledged[++next]) {
        if (!highest || ack.row.seq > highest.seq) highest = ack.row;
      }
      if (highest && highest.seq > row.seq) {
        yield `ordered: ${name(row)} at ${row.seq} was sent after ${highest.clientId} at ${highest.seq} was acknowledged`;
      }
    }

    const lines = new Map<string, { number: number; row: Message }[]>();
    for (const { row, message } of here) {
      const [only, ...others] = message.attempts;
      if (others.length > 0 || only?.connection === undefined) continue;
      const line = `${message.clientId.split(' ')[0]} ${only.connection}`;
      lines.set(line, [...(lines.get(line) ?? []), { number: only.number, row }]);
    }
    for (const [line, said] of lines) {
      said.sort((a, b) => a.number - b.number);
      for (const [at, { row }] of said.entries()) {
        const former = said[at - 1]?.row;
        if (former && former.seq > row.seq) {
          yield `ordered: ${line} sent ${former.clientId} before ${row.clientId}, and they are at ${former.seq} and ${row.seq} in ${chatId.slice(-4)}`;
        }
      }
    }
  }
}

/** Whatever anybody was shown is what history says at that seq. */
function* truthful(history: History, { sights }: Observations): Generator<string> {
  for (const { userId, how, message } of sights) {
    const row = history.get(message.chatId)?.rows[message.seq - 1];
    if (!row || row.id !== message.id || row.clientId !== message.clientId) {
      yield `dense: ${userId.slice(-4)} was shown (${how}) ${name(message)} at ${message.seq}, where history has ${row?.clientId}`;
    }
  }
}

/** After a sync a device holds the history of every chat that its user is in. */
function* synced(history: History, { holdings }: Observations): Generator<string> {
  for (const { device, userId, chats } of holdings) {
    for (const [chatId, { rows, members, hidden }] of history) {
      if (!members.has(userId)) continue;
      const held = chats.get(chatId)?.history.messages ?? [];
      const right = ({ id, ...message }: (typeof held)[number], at: number): boolean =>
        message.hidden ? hidden(userId, at + 1) : id === rows[at]?.id;
      if (held.length !== rows.length || !held.every(right)) {
        yield `gap-visible: ${device} holds ${held.length} of ${rows.length} messages of ${chatId.slice(-4)} after its sync`;
      }
    }
  }
}

/** A sync that was asked for after an acknowledgement contains it. */
function* fresh(_history: History, { sent, synced }: Observations): Generator<string> {
  const stored = [...sent.values()].flatMap(message =>
    message.attempts.flatMap(({ answer }) =>
      answer?.seq === undefined ? [] : [{ message, at: answer.at, seq: answer.seq }],
    ),
  );
  for (const { invokedAt, chatId, lastSeq, userId } of synced) {
    for (const { message, at, seq } of stored) {
      if (message.chatId === chatId && at < invokedAt && seq > lastSeq) {
        yield `durable: ${name(message)} was stored at ${seq} before ${userId.slice(-4)} asked, who was told of ${lastSeq}`;
      }
    }
  }
}

/** Since when there is a message as it is: since it was sent, or since the change that made it so was committed. */
export function sinceOf(history: History, sent: Observations['sent']): (message: Message) => number {
  const committed = new Map(
    [...history].flatMap(([chatId, { log }]) =>
      log.map(({ at, message: { seq, rev } }) => [`${chatId} ${seq} ${rev}`, at] as const),
    ),
  );
  return ({ chatId, seq, rev, clientId }) =>
    (rev > 0 ? committed.get(`${chatId} ${seq} ${rev}`) : sent.get(clientId)?.attempts[0]?.invokedAt) ?? 0;
}

/** From the answer to a removal on, until somebody asks to take them in again, nothing new reaches who was removed. */
function* private_(history: History, { sent, sights, synced, absences }: Observations): Generator<string> {
  const since = sinceOf(history, sent);
  const during = ({ removedAt, addedAt = Number.POSITIVE_INFINITY }: Absence, at: number): boolean =>
    at > removedAt && at < addedAt;
  for (const absence of absences) {
    const { chatId, userId } = absence;
    if (absence.disputed && history.get(chatId)?.members.has(userId)) continue;
    const who = userId.slice(-4);
    for (const { at, how, message, userId: viewer } of sights) {
      if (viewer !== userId || message.chatId !== chatId || !during(absence, at)) continue;
      if (during(absence, since(message)))
        yield `private: ${who} was shown (${how}) ${name(message)} as it was sent or changed after their removal`;
    }
    for (const { invokedAt, at, chatId: listed, userId: viewer } of synced) {
      if (viewer === userId && listed === chatId && during(absence, invokedAt) && during(absence, at)) {
        yield `private: ${who} synced ${chatId.slice(-4)} after their removal`;
      }
    }
    for (const message of sent.values()) {
      if (message.senderId !== userId || message.chatId !== chatId) continue;
      const outside = message.attempts.filter(({ invokedAt }) => during(absence, invokedAt));
      if (outside.some(({ answer }) => answer && answer.is !== 'refused' && during(absence, answer.at))) {
        yield `private: ${name(message)} was acknowledged to ${who} after their removal`;
      }
      if (outside.length === message.attempts.length && absence.addedAt === undefined && rowsOf(history, message)[0]) {
        yield `private: ${name(message)} was stored, though ${who} had been removed before`;
      }
    }
  }
}
