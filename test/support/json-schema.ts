/** Whether data is exactly what a document says of it: JSON Schema, and nothing that it does not name. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Json = Readonly<Record<string, unknown>>;

/** The schema with no room for members that it does not name; one that names none is left open. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const { type, properties = {} } = schema as { type?: unknown; properties?: object };
  return type === 'object' && Object.keys(properties).length > 0 ? { ...inner, additionalProperties: false } : inner;
}

const checker = new Ajv2020({ strict: false, allErrors: true });
const NO_DOCUMENT: Json = {};
const known = new WeakMap<Json, WeakMap<Json, ValidateFunction>>();

function checkOf(schema: Json, document: Json): ValidateFunction {
  const ofDocument = known.get(document) ?? new WeakMap<Json, ValidateFunction>();
  known.set(document, ofDocument);
  const whole = { ...schema, components: document.components ?? {} };
  const check = ofDocument.get(schema) ?? checker.compile(closed(whole) as Json);
  ofDocument.set(schema, check);
  return check;
}

/** What is wrong with the data, in a line each. References are to the document's components. */
export function faults(schema: unknown, data: unknown, document: Json = NO_DOCUMENT): string[] {
  const check = checkOf(schema as Json, document);
  // As it travels: members that are undefined do not.
  check(data === undefined ? undefined : JSON.parse(JSON.stringify(data)));
  return (check.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}
