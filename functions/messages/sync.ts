/** Brings a client up to date: what it missed in every chat that it is in, from the last seq that it holds of each. */
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { isId } from '../domain/id.js';
import { RATES } from '../domain/limits.js';
import { Message } from '../domain/model.js';
import { DEFAULT_LIMIT, Limit } from '../domain/paging.js';
import { ChatId, SAMPLE, Seq, strictObject } from '../domain/text.js';

/** Any short key is taken, so that one bad entry in a client's store does not keep it from ever being up to date. */
const Cursors = Type.Record(Type.String({ pattern: '^[\\s\\S]{0,64}$' }), Seq, {
  maxProperties: 5_000,
  additionalProperties: false,
  examples: [{ [SAMPLE.chat]: 0 }],
});

const SyncedChat = Type.Object(
  {
    chatId: ChatId,
    messages: Type.Array(Message),
    lastSeq: Seq,
    readSeqs: Type.Record(Type.String(), Seq, {
      description:
        'By member: everything up to this seq is read. Of all members, or of the caller alone where the answer has no room for more: GET /v1/chats/:id tells the others',
      examples: [{ [SAMPLE.user]: 1 }],
    }),
    more: Type.Boolean({ description: 'There are more messages after these: ask again from the last one' }),
    reset: Type.Optional(
      Type.Literal(true, {
        description:
          'The cursor is above lastSeq: the server was set back, and seqs are given anew. Drop what is held of the chat; the messages are those from its start',
      }),
    ),
  },
  { title: 'SyncedChat' },
);

const UnknownChat = Type.String({ description: 'Named, and not a chat of the caller', examples: [SAMPLE.chat] });

export const sync = single({
  name: 'sync',
  access: 'user',
  needs: ['messages'],
  limits: [RATES.read],
  summary:
    "Returns the messages after the given cursors in the caller's chats, at most 1,000 and 1 MiB, and which of the named chats are not theirs.",
  input: strictObject({ cursors: Cursors, limit: Type.Optional(Limit) }),
  output: {
    ok: Type.Object({
      chats: Type.Array(SyncedChat),
      unknown: Type.Array(UnknownChat),
      more: Type.Optional(
        Type.Literal(true, { description: 'There is no room for all chats in which something is missing: ask again' }),
      ),
    }),
  },
  async handle({ ports, caller }, { data: { cursors, limit = DEFAULT_LIMIT } }) {
    const entries = Object.entries(cursors);
    const wellFormed = Object.fromEntries(entries.filter(([key]) => isId(key)));
    const malformed = entries.map(([key]) => key).filter(key => !isId(key));

    const { unknown, ...found } = await ports.messages.sync(callerOf({ caller }).userId, wellFormed, limit);
    return { reply: { ...found, unknown: [...unknown, ...malformed] } };
  },
});
