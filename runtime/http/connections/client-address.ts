/**
 * Whose request it is. Only proxies that the operator names are believed when they say for whom they ask
 * (`X-Forwarded-For`) and that they were asked over TLS (`X-Forwarded-Proto`); from anybody else both count for nothing.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isIn, type Network, parseAddress } from '../../core/network.js';

export interface Proxies {
  /**
   * The address of the client: the last one, from the server outwards, that no trusted proxy has. Never text from a
   * header that is not an address: then it is the proxy that passed it on. '' for a connection that is already gone.
   */
  clientOf(request: IncomingMessage): string;
  /** Whether it is a connection of a trusted proxy. */
  isTrusted(connection: Pick<Socket, 'remoteAddress'>): boolean;
  /** Takes `X-Forwarded-Proto` off a request that does not come from a trusted proxy. */
  dropForged(request: IncomingMessage): void;
}

export function trustedProxies(networks: readonly Network[]): Proxies {
  const isTrusted = (text: string): boolean => {
    if (networks.length === 0) return false;
    const address = parseAddress(text);
    return address !== undefined && isIn(address, networks);
  };
  return {
    clientOf({ headers, socket }) {
      let client = plain(socket.remoteAddress ?? '');
      if (!isTrusted(client)) return client;
      const hops = String(headers['x-forwarded-for'] ?? '').split(',');
      while (hops.length > 0 && isTrusted(client)) {
        const hop = addressIn(hops.pop() as string);
        if (hop === undefined) break;
        client = hop;
      }
      return client;
    },
    isTrusted: ({ remoteAddress }) => isTrusted(remoteAddress ?? ''),
    dropForged({ headers, socket }) {
      if (headers['x-forwarded-proto'] === undefined || isTrusted(socket.remoteAddress ?? '')) return;
      delete headers['x-forwarded-proto'];
    },
  };
}

export const NO_PROXIES = trustedProxies([]);

/** As sockets that listen to both versions report IPv4 addresses. */
const MAPPED = '::ffff:';
const plain = (address: string): string =>
  address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address;

/** Some proxies add the client's port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
const HOP = /^(?:\[([\da-f:.]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/i;

function addressIn(text: string): string | undefined {
  const hop = text.trim();
  const [, bracketed, beforePort] = HOP.exec(hop) ?? [];
  return parseAddress(bracketed ?? beforePort ?? hop)?.toString();
}
