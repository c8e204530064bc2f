/** The texts that people write and the ids that the system gives: their schemas, with limits in Unicode code points. */
import Type from 'typebox';

/** NUL cannot be stored by PostgreSQL, and a surrogate without its other half is not Unicode text. */
const STORABLE = '^[^\\u0000\\uD800-\\uDFFF]*$';

/** Stand for real ids in the API's documents. */
export const SAMPLE = {
  user: '0199a3c4-7d10-7b3e-9c2f-5e8a1b6d4f02',
  chat: '0199a3c5-1f40-7c55-a1d8-2b7e9c0f3a64',
  message: '0199a3c5-6b22-7e01-b4a7-9d3c5f1e8a20',
  session: '0199a3c4-9e81-7a6f-8b13-4c7d2e9f5b31',
  media: '0199a3c5-2c17-7d40-9b61-1f8e5a7c3d42',
} as const;

/** What a reader is told of a value besides its form; the first example stands for the value in the API's documents. */
interface Notes {
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

export const text = (minLength: number, maxLength: number, notes: Notes = {}) =>
  Type.String({ minLength, maxLength, pattern: STORABLE, ...notes });

const id = (notes: Notes = {}) =>
  Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', ...notes });

/** Opaque to clients: they send back what they were given, UUIDs in lower case. */
export const Id = id();
export const UserId = id({ examples: [SAMPLE.user] });
export const ChatId = id({ examples: [SAMPLE.chat] });
export const MessageId = id({ examples: [SAMPLE.message] });
export const SessionId = id({ examples: [SAMPLE.session] });
export const MediaId = id({ examples: [SAMPLE.media] });

/** A message's place in its chat: 1…N. Zero means 'before the first'. */
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [1] });

export const ClientId = text(1, 128, {
  description: "The client's own name of the message: the same again when it sends the same message again",
  examples: ['7c0f6a52-draft-3'],
});

export const StoredBody = text(0, 4096, {
  description: 'At most 4096 Unicode code points; none of a deleted message, and perhaps none beside media',
  examples: ['See you at the wall?'],
});

/** At most 32 bytes of UTF-8; that it is one emoji is seen where it is used. */
export const Emoji = text(1, 32, { description: 'One emoji, of at most 32 bytes', examples: ['👍'] });

export const DraftBody = text(0, 4096, {
  description: 'At most 4096 Unicode code points',
  examples: ['See you at'],
});

/** The message that one answers. */
export const ReplyTo = Type.Union([MessageId, Type.Null()], { examples: [null] });

export const Time = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$',
  description: 'ISO 8601, UTC, milliseconds',
  examples: ['2026-01-02T03:04:05.678Z'],
});

/** A message of another chat, of which this is to be a copy. */
export const Forward = Type.Object(
  { chatId: ChatId, seq: Type.Integer({ ...Seq, minimum: 1 }) },
  { additionalProperties: false, title: 'Forward' },
);

/** An object that takes these members and no others. */
export const strictObject = <Members extends Type.TProperties>(members: Members, notes: Notes = {}) =>
  Type.Object(members, { additionalProperties: false, ...notes });
