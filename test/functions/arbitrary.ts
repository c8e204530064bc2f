/** Values that a function's schema accepts, for property tests. */
import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Id, text } from '#functions/domain/text.js';
import { anId } from './models.js';

/** The part of JSON Schema that inputs are written in. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Longer texts and lists show nothing that these do not. */
const LONG = 12;

export const validInput = (schema: TSchema): fc.Arbitrary<unknown> =>
  fitting(schema as Schema).filter(value => Value.Check(schema, value));

function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(fitting));
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return fc.array(fitting(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? LONG, (schema.minItems ?? 0) + LONG),
      });
    case 'string':
      return stringOf(schema);
    case 'integer':
      return fc.maxSafeInteger().map(n => Math.min(Math.max(n, schema.minimum ?? n), schema.maximum ?? n));
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case undefined:
      return fc.jsonValue();
    default:
      throw new Error(`no values known for schema type ${schema.type}`);
  }
}

function objectOf({ properties = {}, required = [], patternProperties }: Schema): fc.Arbitrary<unknown> {
  if (patternProperties) {
    return fc.oneof(
      ...Object.entries(patternProperties).map(([pattern, member]) =>
        fc.dictionary(stringOf({ pattern }), fitting(member), { maxKeys: LONG, noNullPrototype: true }),
      ),
    );
  }
  const members = Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, fitting(member)]));
  return fc.record(members, { requiredKeys: [...required], noNullPrototype: true });
}

const ID = (Id as Schema).pattern;
const TEXT = (text(0, 0) as Schema).pattern;

function stringOf({ pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Schema): fc.Arbitrary<string> {
  if (pattern === ID) return anId;
  if (pattern !== undefined && pattern !== TEXT) {
    return fc
      .stringMatching(new RegExp(pattern, 'u'))
      .map(string => (string.length > maxLength ? string.slice(0, maxLength) : string));
  }
  return fc
    .string({ unit: 'binary', minLength, maxLength: Math.min(maxLength, minLength + LONG) })
    .map(string => string.replaceAll('\0', '0'));
}
