/** What the broker's management API tells, which AMQP does not. https://www.rabbitmq.com/docs/management#http-api */
import type { SecureContextOptions } from 'node:tls';
import { tlsOptions } from '../tls.js';
import { getJson } from './get-json.js';
import { tlsFilesOf } from './url.js';

export interface Management {
  /** Without a path behind the host's name, or with that which a proxy puts there. */
  readonly url: string;
  readonly authorization: string;
  readonly vhost: string;
  /** With which certificates it is talked to, where that is over TLS. */
  readonly tls: SecureContextOptions;
}

export interface QueueTold {
  readonly name: string;
  readonly policy?: string | null;
  readonly operator_policy?: string | null;
  readonly effective_policy_definition?: unknown;
  /** The nodes that have a copy, and the one whose copy leads. */
  readonly members?: readonly string[];
  readonly leader?: string;
}

const PATIENCE_MS = 3_000;
/** They stand in the URL, which has to be one that every proxy takes. */
const NAMES_AT_A_TIME = 100;

/** Where the broker of an AMQP URL has its management API: its port is 10,000 higher, unless `url` names another. */
export function managementOf(amqpUrl: string, url?: string): Management {
  const { protocol, hostname, port, username, password, pathname } = new URL(amqpUrl);
  const secure = protocol === 'amqps:';
  const usual = `${secure ? 'https' : 'http'}://${hostname}:${Number(port || (secure ? 5_671 : 5_672)) + 10_000}`;
  const named = url === undefined ? undefined : new URL(url);
  const user = decodeURIComponent(named?.username || username || 'guest');
  const secret = decodeURIComponent((named?.username ? named.password : password) || 'guest');
  return {
    url: (named ? `${named.origin}${named.pathname}` : usual).replace(/\/$/, ''),
    authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
    tls: tlsOptions(tlsFilesOf(amqpUrl)),
    vhost: pathname.length > 1 ? decodeURIComponent(pathname.slice(1)) : '/',
  };
}

/** The queues of these names, as they are now. Rejects when the API does not tell. */
export async function queuesTold(from: Management, names: readonly string[]): Promise<readonly QueueTold[]> {
  const told: QueueTold[] = [];
  for (let at = 0; at < names.length; at += NAMES_AT_A_TIME) {
    const asked = names.slice(at, at + NAMES_AT_A_TIME).map(name => name.replace(/[^\w-]/g, '\\$&'));
    const query = new URLSearchParams({
      name: `^(?:${asked.join('|')})$`,
      use_regex: 'true',
      page: '1',
      page_size: `${NAMES_AT_A_TIME}`,
      columns: 'name,policy,operator_policy,effective_policy_definition,members,leader',
    });
    const { items } = Object(await ask(from, `/api/queues/${encodeURIComponent(from.vhost)}?${query}`));
    if (!Array.isArray(items)) throw new Error('it answers something else');
    told.push(...(items as QueueTold[]));
  }
  return told;
}

/** The nodes of the cluster, also those that are away. Rejects when the API does not tell, as to a user who may not monitor. */
export async function nodesTold(from: Management): Promise<readonly string[]> {
  const nodes = await ask(from, '/api/nodes?columns=name');
  if (!Array.isArray(nodes)) throw new Error('it answers something else');
  return nodes.map(({ name }) => String(name));
}

const ask = ({ url, authorization, tls }: Management, path: string): Promise<unknown> =>
  getJson(`${url}${path}`, { headers: { authorization }, tls, patienceMs: PATIENCE_MS });
