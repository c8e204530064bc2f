/** Has a server listen where the configuration says; where it cannot, the variable that must change is named. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config.js';
import { ConfigError } from '../config-error.js';

/**
 * Connections that the system keeps until we come to them. When all clients come back at once, it drops those that find
 * no place, and each tries again after a second, then two, then four. The system has a limit of its own (somaxconn).
 */
const BACKLOG = 16_384;

/** Resolves with the port. Rejects with ConfigError. */
export async function bind(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<number> {
  server.listen({ ...(host !== undefined && { host }), port, backlog: BACKLOG });
  await once(server, 'listening').catch((err: NodeJS.ErrnoException) => {
    throw new ConfigError(faultOf(err.code ?? '', host ?? 'all addresses', port));
  });
  return (server.address() as AddressInfo).port;
}

function faultOf(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `PORT: port ${port} is taken by another program: set PORT`;
    case 'EACCES':
    case 'EPERM':
      return `PORT: this user may not listen on port ${port}: set PORT, to 1024 or more`;
    case 'EADDRNOTAVAIL':
      return `HOST: ${host} is not an address of this machine`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST: ${host} is neither an address nor a name that leads to one`;
    default:
      return `HOST: ${host} cannot be listened on (${code})`;
  }
}
