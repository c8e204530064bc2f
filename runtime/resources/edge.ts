/** The side of a service that its clients see, as one more resource. */
import type { Edge } from '../core/host.js';
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

export type OpenEdge = (opening: EdgeOpening) => Promise<Edge>;

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
