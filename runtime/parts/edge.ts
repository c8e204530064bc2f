/** The side of an image that its clients see, as one more part. */
import type { Server } from 'node:http';
import type { Edge } from '../core/host.js';
import type { Proxies } from '../http/client-address.js';
import type { GatewayParts } from './parts.js';

export function withEdge<Parts extends Pick<GatewayParts, 'fanout'>>(parts: Parts) {
  return {
    ...parts,
    /** For a server whose routes nobody can reach yet. */
    async edge(server: Server, proxies: Proxies): Promise<Edge> {
      const fanout = await parts.fanout();
      const { openEdge } = await import('../edge.js');
      return options => openEdge({ ...options, server, fanout, proxies });
    },
  };
}
