/** Values of a schema, as whoever reads them sees them. */
import type { Static, TSchema } from 'typebox';

/**
 * What fits the schema, as a reader of it sees it: read-only, however deep.
 *
 * @example
 * const price: Output<typeof Price> = { cents: 250 }; // readonly, however deep
 */
export type Output<Schema extends TSchema> = DeeplyReadonly<Static<Schema>>;

type DeeplyReadonly<Value> = Value extends object
  ? { readonly [Name in keyof Value]: DeeplyReadonly<Value[Name]> }
  : Value;
