/** The side of a service that its clients see, as one more resource. */
import type { Edge } from '../host.js';
import type { Bounds } from '../http/bounds/bounds.js';
import type { Proxies } from '../http/connections/client-address.js';
import type { Listener } from '../http/listener.js';
import type { GatewayResources } from './resources.js';

interface EdgeOpening {
  /** A server whose routes nobody can reach yet. */
  readonly listener: Listener;
  readonly proxies: Proxies;
  readonly bounds: Bounds;
  /** The folder of the built site. */
  readonly site?: URL;
}

/**
 * Opens the side of a service that clients see, on the process's HTTP server.
 *
 * @example
 * import type { OpenEdge } from 'function-runtime/resources/edge';
 *
 * export type { OpenEdge };
 */
export type OpenEdge = (opening: EdgeOpening) => Promise<Edge>;

/**
 * The resources, and with them routes and sockets: for a process that clients connect to.
 *
 * @example
 * import { withEdge } from 'function-runtime/resources/edge';
 * import { clientResources } from 'function-runtime/resources/gateway';
 *
 * const open = (opening: Opening) => withEdge(clientResources(opening));
 */
export function withEdge<Kept extends Pick<GatewayResources, 'fanout'>>(resources: Kept): Kept & { edge: OpenEdge } {
  return {
    ...resources,
    async edge(opening) {
      const fanout = await resources.fanout();
      const { openEdge } = await import('../edge.js');
      return options => openEdge({ ...options, ...opening, fanout });
    },
  };
}
