/**
 * The oracle of changes: each has its number, and none is skipped; whatever anybody was shown is what the message was by
 * that number; and after a sync a device holds what history says, to the last reaction.
 */

import { byCodePoints } from '#functions/domain/emoji.js';
import type { Message } from '#functions/domain/model.js';
import type { Message as Held } from '../../web/client/shapes.js';
import type { History } from './check.js';
import type { Observations } from './clients/observations.js';

export function* changes(history: History, seen: Observations): Generator<string> {
  yield* numbered(history);
  yield* truthful(history, seen);
  yield* told(seen);
  yield* fresh(seen);
  yield* held(history, seen);
}

const place = ({ chatId, seq }: { chatId: string; seq: number }): string => `${seq} in ${chatId.slice(-4)}`;

/** Everything of a message that is the same for all. */
const said = (message: Message | Held): string => {
  const { id, clientId, senderId, body, rev, editedAt, deletedAt, deletedBy, pinnedAt, reactions = [] } = message;
  const counts = reactions.map(({ emoji, count }) => `${emoji}${count}`);
  return JSON.stringify([id, clientId, senderId, body, rev, editedAt, deletedAt, deletedBy, pinnedAt, counts]);
};

function* numbered(history: History): Generator<string> {
  for (const [chatId, { log, lastChange }] of history) {
    let last = 0;
    for (const { message, changes } of log) {
      if (changes.length === 0) continue;
      if (message.rev !== last + 1) yield `dense: change ${last + 1} of ${chatId.slice(-4)} is ${message.rev}`;
      last = message.rev;
    }
    if (lastChange !== last) yield `dense: ${chatId.slice(-4)} has ${last} changes, and says ${lastChange}`;
  }
}

function* truthful(history: History, { sights }: Observations): Generator<string> {
  const versions = new Map(
    [...history].flatMap(([chatId, { log }]) =>
      log.map(({ message }) => [`${chatId} ${message.seq} ${message.rev}`, said(message)] as const),
    ),
  );
  for (const { userId, how, message } of sights) {
    const version = versions.get(`${message.chatId} ${message.seq} ${message.rev}`);
    if (version !== said(message)) {
      yield `changed: ${userId.slice(-4)} was shown (${how}) ${place(message)} by change ${message.rev} as it never was: ${said(message)}, not ${version}`;
    }
    if (message.reactions.some(({ emoji }, at, all) => at > 0 && byCodePoints(all[at - 1]?.emoji ?? '', emoji) >= 0)) {
      yield `changed: ${userId.slice(-4)} was shown (${how}) reactions to ${place(message)} that are out of order`;
    }
    if (message.deletedAt !== undefined && (message.body !== '' || message.reactions.length > 0 || message.pinnedAt)) {
      yield `deleted: ${userId.slice(-4)} was shown (${how}) ${place(message)} with what was deleted of it`;
    }
  }
}

/** What all are told is the same for all, and its number is the message's. */
function* told({ changes }: Observations): Generator<string> {
  for (const { device, changed } of changes) {
    const { change, message } = changed;
    if (change !== message.rev) yield `changed: ${device} was told change ${change} with a message of ${message.rev}`;
    if (message.mine) yield `private: ${device} was told whose reactions those to ${place(message)} are`;
  }
}

/** A sync that was asked for after an acknowledgement contains it. */
function* fresh({ wishes, synced }: Observations): Generator<string> {
  const stored = wishes.flatMap(({ chatId, seq, answer }) =>
    answer?.change ? [{ chatId, seq, change: answer.change, at: answer.at }] : [],
  );
  for (const { invokedAt, chatId, lastChange, userId } of synced) {
    for (const wish of stored) {
      if (wish.chatId === chatId && wish.at < invokedAt && wish.change > lastChange) {
        yield `durable: change ${wish.change} of ${place(wish)} was acknowledged before ${userId.slice(-4)} asked, who was told of ${lastChange}`;
      }
    }
  }
}

function* held(history: History, { holdings }: Observations): Generator<string> {
  for (const { device, userId, chats, hides } of holdings) {
    for (const [chatId, { rows, members, lastChange, hidden, reactionsOf }] of history) {
      if (!members.has(userId)) continue;
      const chat = chats.get(chatId);
      const it = `${device} of ${chatId.slice(-4)}`;
      if ((chat?.change ?? 0) !== lastChange)
        yield `gap-visible: ${it} stands at change ${chat?.change} of ${lastChange} after its sync`;
      const counts = ({ seq, senderId, deletedAt }: Message): boolean =>
        seq > (chat?.readSeq ?? 0) && senderId !== userId && deletedAt === undefined && !hidden(userId, seq);
      const unread = rows.filter(counts).length;
      if (chat && chat.unread !== unread) {
        yield `read: ${it} counts ${chat.unread} unread above ${chat.readSeq}, and there are ${unread}`;
      }
      for (const row of rows) {
        if (hides(chatId, row.seq) !== hidden(userId, row.seq))
          yield `hidden: to ${it} message ${row.seq} is ${hides(chatId, row.seq) ? '' : 'not '}hidden`;
        if (hidden(userId, row.seq)) continue;
        const message = chat?.history.messages[row.seq - 1];
        if (!message) continue;
        if (said(message) !== said(row))
          yield `gap-visible: ${it} holds ${row.seq} as ${said(message)}, which is ${said(row)}`;
        const mine = [...(message.mine ?? [])].sort(byCodePoints).join(' ');
        const own = reactionsOf(userId, row.seq).join(' ');
        if (mine !== own)
          yield `gap-visible: ${it} takes of ${row.seq} '${mine}' for its user's reactions, which are '${own}'`;
      }
    }
  }
}
