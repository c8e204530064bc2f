/** What the two kinds of documents have in common, as far as this page reads them. */

/** JSON Schema. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
}

export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

export interface Document {
  readonly info: DocumentInfo;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** What stands there, or where it refers to (a JSON Pointer into the document). */
export function resolved<Thing>(document: Document, thing: unknown): Thing {
  const ref = (thing as { $ref?: unknown }).$ref;
  if (typeof ref !== 'string') return thing as Thing;
  const steps = ref.slice(2).split('/');
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document) as Thing;
}

/** A named example of something to send. */
export interface Example {
  readonly name: string;
  readonly value: unknown;
}
