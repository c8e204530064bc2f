/** What a document says of the whole, where the declarations do not. */
import type { Image } from '../contract/image.js';

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

/** An image that has all the triggers which are to be described, and its guard. */
export type Described = Image & Required<Pick<Image, 'guard'>>;
