/**
 * What clients have missed, in some statements whatever the number of their chats and of their messages; clients that
 * ask at the same time share them. An answer is bounded: in chats, in watermarks and in bytes of messages.
 */
import type { Sql } from 'function-runtime';
import { fitting } from '../domain/bytes.js';
import { LIMITS } from '../domain/names.js';
import { type ChangedAfter, reached, share } from '../domain/sync-page.js';
import type { MessageStore, SyncedChat } from '../ports/messages.js';
import { changedAfter } from './sync-changed.js';
import { readSeqsOf, type SyncRow, stillIn, syncedChats } from './sync-chats.js';
import { type Changes, type Found, messagesOf, type Range } from './sync-messages.js';

/** Where the next messages of a chat are: in ranges without holes, between what is hidden. */
function rangesOf({ chatId, after, hidden }: SyncRow, take: number): Range[] {
  const ranges: Range[] = [];
  let from = after;
  let left = take;
  for (const [first, last] of [...(hidden ?? []), [Infinity, Infinity]] as const) {
    const count = Math.min(left, first - 1 - from);
    if (count > 0) {
      ranges.push({ chatId, after: from, upto: from + count });
      left -= count;
    }
    from = last;
  }
  return ranges;
}

/** What an answer is to have of a chat. */
interface Page {
  readonly chat: SyncRow;
  readonly changedAfter: ChangedAfter;
  readonly ranges: readonly Range[];
  readonly changes: readonly Changes[];
}

function pageOf(userId: string, chat: SyncRow, changedAfter: ChangedAfter): Page {
  const { chatId, after: held, hiddenTo, since, missing } = chat;
  const endOf = (count: number) => (count === missing ? Infinity : (rangesOf(chat, count).at(-1)?.upto ?? held));
  const { take, changed: rows } = share(chat, changedAfter.rows, endOf);
  const changes = rows.length > 0 ? [{ chatId, userId, held, hiddenTo, since, rows }] : [];
  return { chat, changedAfter, ranges: rangesOf(chat, take), changes };
}

function syncedOf(
  { chat, changedAfter, ranges, changes }: Page,
  found: readonly Found[],
): Omit<SyncedChat, 'readSeqs'> {
  const { chatId, after, firstSeq, lastSeq, lastChange, since, missing, reset } = chat;
  const messages = found.slice(0, ranges.length).flatMap(each => each.messages);
  const [{ messages: changed, whole } = { messages: [], whole: true }] = found.slice(ranges.length);
  const end = messages.length === missing ? Infinity : (messages.at(-1)?.seq ?? after);
  // What has changed once more since it was looked for comes with that change: it is not left out.
  const told = (whole ? changes[0]?.rows : changed)?.at(-1)?.rev ?? since;
  const changeUpto = reached(changedAfter, after, end, told);
  return {
    ...{ chatId, messages, changed, firstSeq, lastSeq, lastChange, changeUpto },
    more: messages.length < missing || changeUpto < lastChange,
    ...(reset && { reset: true as const }),
  };
}

export function syncFrom(sql: Sql): MessageStore['sync'] {
  const chatsOf = syncedChats(sql);
  const changedIn = changedAfter(sql);
  const messagesIn = messagesOf(sql);
  const readSeqsIn = readSeqsOf(sql);
  const isStillIn = stillIn(sql);

  return async (userId, cursors, limit) => {
    const all = await chatsOf({ userId, cursors, limit });
    const chats = all.filter(({ listed }) => listed);
    const pages = await Promise.all(chats.map(async chat => pageOf(userId, chat, await changedIn(userId, chat))));
    const members = chats.map(({ memberCount }) => memberCount);
    const read = chats.slice(0, fitting(members, LIMITS.syncReadSeqs));
    const [found, readSeqs] = await Promise.all([
      messagesIn(
        userId,
        pages.flatMap(({ ranges, changes }) => [...ranges, ...changes]),
      ),
      Promise.all(read.map(readSeqsIn)),
    ]);
    let at = 0;
    const told = pages.map((page, n): SyncedChat => {
      const count = page.ranges.length + page.changes.length;
      const synced = syncedOf(page, found.slice(at, at + count));
      at += count;
      return { ...synced, readSeqs: { ...readSeqs[n], [userId]: page.chat.readSeq } };
    });
    // Statements take their time, and each reads what is there by then: who has been put out meanwhile is told nothing of it.
    const here = await Promise.all(
      told.map(({ chatId, messages, changed }, n) =>
        messages.length + changed.length > 0
          ? isStillIn({ chatId, userId })
          : readSeqs[n] === undefined || userId in readSeqs[n],
      ),
    );
    const out = new Set(told.flatMap(({ chatId }, n) => (here[n] ? [] : [chatId])));
    const own = new Set(all.flatMap(({ chatId }) => (out.has(chatId) ? [] : [chatId])));
    return {
      chats: told.filter(({ chatId }) => own.has(chatId)),
      unknown: Object.keys(cursors).filter(chatId => !own.has(chatId)),
      ...(all.some(({ behind, listed }) => behind && !listed) && { more: true as const }),
    };
  };
}
