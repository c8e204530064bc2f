/** What a server has of one chat: its messages, numbered, and their changes, numbered. */
import type { Place } from '../../../web/client/near.js';
import type { Changed, Message } from '../../../web/client/shapes.js';
import { chat, message } from './messages.js';

const CALL: Pick<Message, 'entities'> = { entities: [{ type: 'mention', offset: 0, length: 4, userId: 'ann' }] };

/** A server of one chat, in which Ann has read up to `readSeq`; `who` reacts with one emoji each. */
export function table(readSeq = 0) {
  const rows: (Message & { readonly by: readonly string[] })[] = [];
  let lastChange = 0;
  const told = ({ by, ...row }: (typeof rows)[number], to?: string): Message => {
    const count = by.length;
    const reactions = count > 0 ? [{ emoji: '👍', count }] : [];
    return row.rev ? { ...row, reactions, ...(to && by.includes(to) && { mine: ['👍'] }) } : row;
  };
  const changed = (seq: number, next: (row: (typeof rows)[number]) => Partial<(typeof rows)[number]>): Message => {
    const row = rows[seq - 1]!;
    lastChange += 1;
    rows[seq - 1] = { ...row, ...next(row), rev: lastChange };
    return told(rows[seq - 1]!);
  };
  return {
    get lastSeq() {
      return rows.length;
    },
    get lastChange() {
      return lastChange;
    },
    has: (seq: number) => rows[seq - 1]?.deletedAt === undefined,
    send(senderId: string, calls = false): Message {
      rows.push({ ...message(rows.length + 1, { senderId, ...(calls && CALL) }), by: [] });
      return told(rows.at(-1)!);
    },
    edit: (seq: number, calls = false): Changed => {
      const words = calls ? CALL : { entities: [] };
      const now = changed(seq, row => ({ body: `${row.body}!`, editedAt: row.sentAt, ...words }));
      return { chatId: 'chat', change: lastChange, kind: 'edit', message: now, by: { userId: now.senderId } };
    },
    delete: (seq: number): Changed => {
      const now = changed(seq, row => ({
        body: '',
        entities: [],
        deletedAt: row.sentAt,
        deletedBy: row.senderId,
        by: [],
      }));
      return { chatId: 'chat', change: lastChange, kind: 'delete', message: now, by: { userId: now.senderId } };
    },
    react: (seq: number, userId: string): Changed => {
      const on = !rows[seq - 1]!.by.includes(userId);
      const now = changed(seq, ({ by }) => ({ by: on ? [...by, userId] : by.filter(each => each !== userId) }));
      const by = { userId, emoji: '👍', on };
      return { chatId: 'chat', change: lastChange, kind: 'react', message: now, by };
    },
    page: (place: Place, limit: number) =>
      ('before' in place
        ? rows.slice(Math.max(0, place.before - 1 - limit), place.before - 1)
        : rows.slice(place.after, place.after + limit)
      ).map(row => told(row, 'ann')),
    read(seq: number): void {
      readSeq = Math.max(readSeq, seq);
    },
    listed: () => {
      const news = rows.filter(row => row.seq > readSeq && row.senderId !== 'ann' && !row.deletedAt);
      const [unread, mentions] = [news.length, news.filter(({ entities = [] }) => entities.length > 0).length];
      const last = rows.at(-1);
      const members = [
        { userId: 'ann', role: 'owner' as const, readSeq, deliveredSeq: readSeq },
        { userId: 'ben', role: 'member' as const, readSeq: 0, deliveredSeq: 0 },
      ];
      return chat({
        lastSeq: rows.length,
        lastChange,
        unread,
        mentions,
        lastMessage: last ? told(last) : null,
        members,
      });
    },
    sync(given: number | { seq: number; change: number }, limit: number) {
      const cursor = typeof given === 'number' ? { seq: given, change: lastChange } : given;
      const messages = rows.slice(cursor.seq, cursor.seq + limit);
      const upTo = cursor.seq + messages.length;
      const due = rows.filter(({ rev = 0 }) => rev > cursor.change).sort((a, b) => (a.rev ?? 0) - (b.rev ?? 0));
      // Not beyond the change of a message that is not answered yet: it may be on its way as it was sent.
      const unanswered = due.findIndex(({ seq }) => seq > upTo);
      const known = due.slice(0, Math.min(limit, unanswered < 0 ? due.length : unanswered));
      const whole = known.length === due.length;
      const later = known.filter(({ seq }) => seq <= cursor.seq);
      return {
        ...{ chatId: 'chat', lastSeq: rows.length, lastChange, readSeqs: { ann: readSeq, ben: 0 } },
        changed: later.map(row => told(row, 'ann')),
        changeUpto: whole ? lastChange : (known.at(-1)?.rev ?? cursor.change),
        messages: messages.map(row => told(row, 'ann')),
        more: !whole || cursor.seq + messages.length < rows.length,
      };
    },
  };
}

export type Table = ReturnType<typeof table>;
