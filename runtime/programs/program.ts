/**
 * What the process of an image is made of. The files beside this one bear the images' names and export each its
 * `program`; only the one that is asked for is loaded, and what it imports is all that its image has to carry.
 */
import type { Image } from '../contract/image.js';
import type { RateLimits } from '../contract/ports.js';
import type { Edge } from '../core/host.js';
import type { Bounds } from '../http/bounds.js';
import type { Proxies } from '../http/client-address.js';
import type { Listener } from '../http/listener.js';
import type { Parts, Surroundings } from '../parts/parts.js';

export interface Program {
  readonly image: Image;
  open(surroundings: Surroundings): Opened;
}

/** Parts, and what an image with clients has besides. */
export interface Opened extends Parts {
  limits?(): Promise<RateLimits>;
  /** The side that clients see, on the one HTTP server. */
  edge?(listener: Listener, proxies: Proxies, bounds: Bounds): Promise<Edge>;
}
