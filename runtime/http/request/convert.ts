/**
 * Turns text into the number or boolean that a JSON Schema wants in its place, when the text is exactly how JSON
 * would write one. Everything else stays text, for the schema's own check to refuse with its path.
 */

/** As much of JSON Schema as says what type a member has. */
export interface Schema {
  readonly type?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const INTEGER = /^-?(0|[1-9]\d*)$/;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

export function convert(texts: Readonly<Record<string, unknown>>, schema: Schema): Record<string, unknown> {
  const { properties = {} } = schema;
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, typeof text === 'string' && property ? convertOne(text, property) : text];
    }),
  );
}

function convertOne(text: string, schema: Schema): unknown {
  const types = (schema.anyOf ?? [schema]).map(({ type }) => type);
  if (types.includes('string')) return text;
  if (types.includes('integer') && INTEGER.test(text)) return exact(text);
  if (types.includes('number') && NUMBER.test(text)) return Number(text);
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** An integer too big to be held exactly would come out as another one. */
const exact = (text: string): unknown => (Number.isSafeInteger(Number(text)) ? Number(text) : text);
