/** What the ready line says about who can reach a process, and what of that its operator may want to change. */
import { isIPv6 } from 'node:net';
import type { Config } from './config.js';

export interface ReachedAt {
  /** For somebody on this machine. */
  readonly url: string;
  readonly port: number;
  readonly access?: string;
}

type Reach = Pick<Config, 'host' | 'eventsToken'> & { readonly standalone: boolean };

export function reachedAt({ standalone, host, eventsToken }: Reach, port: number): ReachedAt {
  const here = host === undefined || EVERYWHERE.test(host) || LOOPBACK.test(host);
  const name = here ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  const access = standalone ? accessToStandalone(host) : accessToEvents(eventsToken);
  return { url: `http://${name}:${port}`, port, ...(access !== undefined && { access }) };
}

const LOOPBACK = /^(?:localhost$|127\.|::1$)/i;
const EVERYWHERE = /^(?:0\.0\.0\.0|::)$/;

const accessToStandalone = (host = ''): string =>
  LOOPBACK.test(host)
    ? 'from this machine only: HOST=0.0.0.0 opens it to others'
    : 'from other machines as well: HOST=127.0.0.1 keeps it to this one';

const accessToEvents = (token: string | undefined): string | undefined =>
  token === undefined
    ? 'the network is trusted: who reaches POST / may send events, until EVENTS_TOKEN is set'
    : undefined;
