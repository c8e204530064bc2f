/** The side of an image that its clients see, as one more part. */
import type { Edge } from '../core/host.js';
import type { Bounds } from '../http/bounds.js';
import type { Proxies } from '../http/client-address.js';
import type { Listener } from '../http/listener.js';
import type { GatewayParts } from './parts.js';

export function withEdge<Parts extends Pick<GatewayParts, 'fanout'>>(parts: Parts) {
  return {
    ...parts,
    /** For a server whose routes nobody can reach yet. */
    async edge(listener: Listener, proxies: Proxies, bounds: Bounds): Promise<Edge> {
      const fanout = await parts.fanout();
      const { openEdge } = await import('../edge.js');
      return options => openEdge({ ...options, listener, fanout, proxies, bounds });
    },
  };
}
