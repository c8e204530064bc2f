/** What a document says of the whole, where the declarations do not. */

/**
 * What a document says of the whole, where the declarations do not.
 *
 * @example
 * import type { About } from 'function-runtime/describe';
 *
 * const about: About = { title: 'Shop', version: '1.0.0', rest: 'Orders.', live: 'News of orders.', tags: [] };
 */
export interface About {
  readonly title: string;
  readonly version: string;
  /** Markdown. */
  readonly rest: string;
  /** Markdown. */
  readonly live: string;
  /** Groups of routes by how their paths begin; the first that fits. */
  readonly tags: readonly { readonly name: string; readonly description: string; readonly paths: RegExp }[];
}
