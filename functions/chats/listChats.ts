/** One's chats, newest activity first, a page at a time. */
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { bytesOf, fitting } from '../domain/bytes.js';
import { Cursor, readCursor, writeCursor } from '../domain/cursor.js';
import { Chat } from '../domain/model.js';
import { DEFAULT_LIMIT, Limit } from '../domain/paging.js';
import { strictObject } from '../domain/text.js';

export const listChats = single({
  name: 'listChats',
  access: 'user',
  needs: ['chats'],
  summary: "Lists the caller's chats, at most 1 MiB at a time. `nextCursor` is present when there are more.",
  input: strictObject({
    cursor: Type.Optional(Cursor),
    limit: Type.Optional(Limit),
  }),
  output: { ok: Type.Object({ chats: Type.Array(Chat), nextCursor: Type.Optional(Cursor) }) },
  async handle({ ports, caller }, { data: { cursor, limit = DEFAULT_LIMIT } }) {
    const found = await ports.chats.list(callerOf({ caller }).userId, {
      limit: limit + 1,
      ...(cursor !== undefined && { after: readCursor(cursor) }),
    });
    const page = found.slice(0, Math.min(limit, fitting(found.map(({ chat }) => bytesOf(chat)))));
    const last = page.at(-1);
    return {
      reply: {
        chats: page.map(({ chat }) => chat),
        ...(last &&
          found.length > page.length && { nextCursor: writeCursor({ activeAt: last.activeAt, id: last.chat.id }) }),
      },
    };
  },
});
