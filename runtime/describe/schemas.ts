/** JSON Schemas for documents: those with a title, and every object, become components that others refer to by name. */
import { isDeepStrictEqual } from 'node:util';

/**
 * An object of JSON.
 *
 * @example
 * import type { Json } from 'function-runtime/describe';
 *
 * const info: Json = { title: 'Shop' };
 */
export type Json = { readonly [name: string]: unknown };

export interface Schemas {
  /**
   * The schema as it stands in the document. An object without a title is named by its place: `name`, and the members
   * that lead to it. Throws when two different ones have the same name.
   */
  told(schema: unknown, name: string): Json;
  /** By title. */
  components(): Json;
}

export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** What a function takes or answers. */
export const nameOf = (fn: { readonly name: string }, what: 'Request' | 'Response' | 'Acknowledgement'): string =>
  capital(fn.name) + what;

/** What stands in these is data, whatever it looks like. */
const DATA = new Set(['const', 'default', 'enum', 'examples']);

export function collectSchemas(): Schemas {
  const components = new Map<string, Json>();

  function told(schema: unknown, name: string): unknown {
    if (Array.isArray(schema)) return schema.map(each => told(each, name));
    if (typeof schema !== 'object' || schema === null) return schema;
    const { title, type } = schema as { title?: string; type?: unknown };
    const own = title ?? (type === 'object' ? name : undefined);
    const entries = Object.entries(schema).map(([keyword, value]) => [keyword, within(keyword, value, own ?? name)]);
    const plain = Object.fromEntries(entries) as Json;
    return own === undefined ? plain : component(own, { title: own, ...plain });
  }

  /** What a keyword of the schema `name` holds. */
  function within(keyword: string, value: unknown, name: string): unknown {
    if (DATA.has(keyword)) return value;
    if (keyword === 'properties') return each(value, member => name + capital(member));
    if (keyword === 'patternProperties') return each(value, () => `${name}Value`);
    return told(value, keyword === 'items' ? `${name}Item` : name);
  }

  const each = (schemas: unknown, nameOfMember: (member: string) => string): Json =>
    Object.fromEntries(
      Object.entries(schemas as Json).map(([member, value]) => [member, told(value, nameOfMember(member))]),
    );

  function component(name: string, schema: Json): Json {
    const known = components.get(name);
    if (known && !isDeepStrictEqual(known, schema)) throw new Error(`two schemas are called ${name}`);
    components.set(name, schema);
    return { $ref: `#/components/schemas/${name}` };
  }

  return {
    told: (schema, name) => told(schema, name) as Json,
    components: () => Object.fromEntries([...components].sort()),
  };
}
