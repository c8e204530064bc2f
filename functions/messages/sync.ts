/** Brings a client up to date: what it missed in every chat that it is in, from the last seq that it holds of each. */
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { isId } from '../domain/id.js';
import { RATES } from '../domain/limits.js';
import { Message, OwnState } from '../domain/model.js';
import { DEFAULT_LIMIT, Limit } from '../domain/paging.js';
import { withStandIns } from '../domain/stand-ins.js';
import { ChatId, SAMPLE, Seq, strictObject } from '../domain/text.js';

/** A seq alone: what comes after it, and none of the changes of what is held. */
const Cursor = Type.Object(
  {
    seq: Seq,
    change: Type.Optional(
      Type.Integer({
        ...Seq,
        description:
          'The last change that is applied, 0 for none. Absent: begin at the present one, for who holds nothing and hears nothing of the chat until no `more` is said',
      }),
    ),
  },
  { title: 'Cursor', additionalProperties: false },
);

/** Any short key is taken, so that one bad entry in a client's store does not keep it from ever being up to date. */
const Cursors = Type.Record(Type.String({ pattern: '^[\\s\\S]{0,64}$' }), Type.Union([Seq, Cursor]), {
  maxProperties: 5_000,
  additionalProperties: false,
  examples: [{ [SAMPLE.chat]: { seq: 0, change: 0 } }],
});

const SyncedChat = Type.Object(
  {
    chatId: ChatId,
    messages: Type.Array(Message, {
      description:
        'By `seq`. What the caller hides is left out; where the cursor is a seq alone and `me` is not given, something that looks deleted stands in its place',
    }),
    changed: Type.Array(Message, {
      description:
        "Those up to the cursor's `seq` that have changed since its `change`: each once, as it is now, by `rev`",
    }),
    firstSeq: Type.Integer({ minimum: 1, description: 'The first message that there is', examples: [1] }),
    lastSeq: Seq,
    lastChange: Seq,
    changeUpto: Type.Integer({
      ...Seq,
      description:
        'The `change` to hold when all of this is applied; below any later than the cursor’s of a message that is left out here',
    }),
    readSeqs: Type.Record(Type.String(), Seq, {
      description:
        'By member: everything up to this seq is read. Of all members, or of the caller alone where the answer has no room for more: GET /v1/chats/:id tells the others',
      examples: [{ [SAMPLE.user]: 1 }],
    }),
    more: Type.Boolean({
      description:
        'There are more messages after these, or more have changed: ask again from the last one and `changeUpto`',
    }),
    reset: Type.Optional(
      Type.Literal(true, {
        description:
          'The cursor is above lastSeq or lastChange: the server was set back, and seqs are given anew. Drop what is held of the chat; the messages are those from its start',
      }),
    ),
  },
  { title: 'SyncedChat' },
);

const OwnChanges = Type.Object(
  {
    note: Type.Integer({ ...Seq, description: 'The `note` to hold when this is applied' }),
    chats: Type.Array(OwnState, { description: 'Those that changed since, each as it is now, ascending by `rev`' }),
    more: Type.Boolean({ description: 'There are more after these: ask again from this `note`' }),
    reset: Type.Optional(
      Type.Literal(true, {
        description:
          'The note is above the last one: the server was set back, and notes are given anew. Drop what is held; the states are those from the start',
      }),
    ),
  },
  { title: 'OwnChanges' },
);

const UnknownChat = Type.String({ description: 'Named, and not a chat of the caller', examples: [SAMPLE.chat] });

export const sync = single({
  name: 'sync',
  access: 'user',
  needs: ['messages', 'ownState'],
  limits: [RATES.read],
  summary:
    "Returns the messages after the given cursors in the caller's chats and those that have changed, at most 1,000 and 1 MiB, and which of the named chats are not theirs; with `me`, also what has changed of the caller's own state.",
  input: strictObject({
    cursors: Cursors,
    limit: Type.Optional(Limit),
    me: Type.Optional(Type.Integer({ ...Seq, description: 'The last `note` that the client holds; 0 for none' })),
  }),
  output: {
    ok: Type.Object({
      chats: Type.Array(SyncedChat),
      unknown: Type.Array(UnknownChat),
      me: Type.Optional(OwnChanges),
      more: Type.Optional(
        Type.Literal(true, { description: 'There is no room for all chats in which something is missing: ask again' }),
      ),
    }),
  },
  async handle({ ports, caller }, { data: { cursors, limit = DEFAULT_LIMIT, me: note } }) {
    const entries = Object.entries(cursors);
    const wellFormed = Object.fromEntries(entries.filter(([key]) => isId(key)));
    const malformed = entries.map(([key]) => key).filter(key => !isId(key));

    const { userId } = callerOf({ caller });
    const [{ unknown, chats, ...found }, me] = await Promise.all([
      ports.messages.sync(userId, wellFormed, limit),
      note === undefined ? undefined : ports.ownState.since(userId, note),
    ]);
    return {
      reply: {
        // Who asks for their own state knows that it leaves holes.
        chats: me ? chats : withStandIns(chats, cursors, userId, limit),
        ...found,
        unknown: [...unknown, ...malformed],
        ...(me && { me }),
      },
    };
  },
});
