/** What a document says of the whole, where the declarations do not. */

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
