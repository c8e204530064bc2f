/** The example of a schema: its own first one, or made of the examples of its parts. */

interface Schema {
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** All members, optional ones too; of alternatives the first. Throws for a text or number that has no example. */
export function exampleOf(schema: Schema): unknown {
  if (schema.examples) return schema.examples[0];
  if ('const' in schema) return schema.const;
  if (schema.anyOf?.[0]) return exampleOf(schema.anyOf[0]);
  if (schema.type === 'object') return membersOf(schema.properties ?? {});
  if (schema.type === 'array' && schema.items) return [exampleOf(schema.items)];
  if (schema.type === 'boolean') return true;
  throw new Error(`no example for ${JSON.stringify(schema)}`);
}

const membersOf = (properties: Readonly<Record<string, Schema>>) =>
  Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, exampleOf(member)]));
