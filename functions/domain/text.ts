/** The texts that people write and the ids that the system gives: their schemas, with limits in Unicode code points. */
import Type from 'typebox';

/** NUL cannot be stored by PostgreSQL, and a surrogate without its other half is not Unicode text. */
const STORABLE = '^[^\\u0000\\uD800-\\uDFFF]*$';

export const text = (minLength: number, maxLength: number) => Type.String({ minLength, maxLength, pattern: STORABLE });

/** Opaque to clients: they send back what they were given, UUIDs in lower case. */
export const Id = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
});

/** A message's place in its chat: 1…N. Zero means 'before the first'. */
export const Seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** The client's own name of a message: whatever it likes, the same again when it sends the same message again. */
export const ClientId = text(1, 128);

export const Body = text(1, 4096);

/** ISO 8601, UTC, milliseconds. */
export const Time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' });

/** An object that takes these members and no others. */
export const exactly = <Members extends Type.TProperties>(members: Members) =>
  Type.Object(members, { additionalProperties: false });
