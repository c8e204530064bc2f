/** JSON Schemas for documents: those with a title become components that others refer to by it. */
import { isDeepStrictEqual } from 'node:util';

export type Json = { readonly [name: string]: unknown };

export interface Schemas {
  /** The schema as it stands in the document. Throws when two different ones have the same title. */
  told(schema: unknown): Json;
  /** By title. */
  components(): Json;
}

/** What stands in these is data, whatever it looks like. */
const DATA = new Set(['const', 'default', 'enum', 'examples']);

export function collectSchemas(): Schemas {
  const components = new Map<string, Json>();

  function told(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map(told);
    if (typeof schema !== 'object' || schema === null) return schema;
    const entries = Object.entries(schema).map(([name, value]) => [name, DATA.has(name) ? value : told(value)]);
    const plain = Object.fromEntries(entries) as Json;
    // A member that is called `title` is a schema itself, and no title.
    if (typeof plain.title !== 'string') return plain;
    const known = components.get(plain.title);
    if (known && !isDeepStrictEqual(known, plain)) throw new Error(`two schemas are called ${plain.title}`);
    components.set(plain.title, plain);
    return { $ref: `#/components/schemas/${plain.title}` };
  }

  return { told: schema => told(schema) as Json, components: () => Object.fromEntries([...components].sort()) };
}
