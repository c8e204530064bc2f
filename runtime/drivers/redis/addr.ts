/**
 * Reads REDIS_ADDR: `host:port`, `redis://…`, `redis+sentinel://…` for sentinels that know the master, or
 * `redis+cluster://…` for nodes of a Redis Cluster. What it throws never repeats the value, which may hold a password.
 */

import { certificates, privateKey, type TlsFiles } from '../tls.js';

export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  readonly tls?: TlsFiles;
}

/** Nodes of a cluster, one of which must answer for the others to be found. */
export type ClusterAddr = Login & { readonly nodes: readonly RedisHost[] };

/** One server, the sentinels that say which server is the master of that name at the moment, or a cluster. */
export type RedisAddr =
  | (Login & (RedisHost | { readonly sentinels: readonly RedisHost[]; readonly name: string }))
  | ClusterAddr;

const FORMS =
  'must be host:port, redis://[[user]:password@]host[:port][/db], redis+sentinel://[[user]:password@]host[:port],…/master[/db], redis+cluster://[[user]:password@]host[:port],…, or the three with rediss, and then ?ssl_ca_certs=FILE&ssl_certfile=FILE&ssl_keyfile=FILE';
const HOST = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[\w.-]+))$/i;
const SCHEME = /^rediss?(?:\+(?:sentinel|cluster))?:\/\//i;
const PORT = { server: 6_379, sentinel: 26_379 };
const MOST_HOSTS = 16;

/** Throws an Error in words for an operator; `[…]` around an IPv6 address is required, and not part of the result. */
export function parseRedisAddr(addr: string): RedisAddr {
  if (SCHEME.test(addr)) return parseUrl(addr);
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(addr)?.[1];
  if (scheme !== undefined) throw new Error(`${FORMS}; its scheme is ${scheme}`);
  const colon = addr.lastIndexOf(':');
  if (colon < 0) throw new Error(`${FORMS}; it has no port`);
  return { host: hostOf(addr.slice(0, colon)), port: portOf(addr.slice(colon + 1)) };
}

/** The address with this password, where it names none. Throws as `parseRedisAddr` does. */
export function redisAddrWithPassword(addr: string, password: string): string {
  const [, scheme, user = '', own, rest = addr] =
    /^(rediss?(?:\+(?:sentinel|cluster))?:\/\/)(?:([^:@/?#]*):?([^@/?#]*)@)?(.*)$/is.exec(addr) ?? [];
  if (scheme === undefined) parseRedisAddr(addr);
  const whole = password && !own ? `${scheme ?? 'redis://'}${user}:${encodeURIComponent(password)}@${rest}` : addr;
  parseRedisAddr(whole);
  return whole;
}

/** The address with these files. Throws where it is not one over TLS. */
export function redisAddrWithTls(addr: string, files: TlsFiles): string {
  if (Object.keys(files).length === 0) return addr;
  if (!/^rediss/i.test(addr)) throw new Error('REDIS_ADDR is not one over TLS, which begins with rediss');
  const named = Object.entries(FILES).map(([name, { is }]) => [name, files[is]] as const);
  const query = new URLSearchParams(named.filter((each): each is [string, string] => each[1] !== undefined));
  return `${addr}${addr.includes('?') ? '&' : '?'}${query}`;
}

/** As the client of Python names them. */
const FILES = {
  ssl_ca_certs: { is: 'ca', read: certificates },
  ssl_certfile: { is: 'cert', read: certificates },
  ssl_keyfile: { is: 'key', read: privateKey },
} as const;

function filesOf(query: string): TlsFiles {
  const files: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (!(name in FILES)) throw new Error(`${FORMS}; what follows the ? is something else`);
    const { is, read } = FILES[name as keyof typeof FILES];
    try {
      files[is] = read(value);
    } catch (err) {
      throw new Error(`the file of its ${name} ${(err as Error).message}`);
    }
  }
  return files;
}

function parseUrl(addr: string): RedisAddr {
  const [, scheme = '', kind = '', credentials, authority = '', path = '', query] =
    /^(rediss?)(\+sentinel|\+cluster)?:\/\/(?:([^/?#]*)@)?([^/?#]*)([^?]*)(?:\?(.*))?$/is.exec(addr) ?? [];
  const overTls = scheme.toLowerCase() === 'rediss';
  if (query !== undefined && !overTls) throw new Error(`${FORMS}; only an address over TLS may have a ?`);
  const login = (db: string | undefined): Login => ({
    ...(credentials === undefined ? {} : credentialsOf(credentials)),
    ...(db ? { db: Number(db) } : {}),
    ...(overTls ? { tls: filesOf(query ?? '') } : {}),
  });
  const hosts = (usual: number) => {
    const all = authority.split(',').map(each => hostAndPort(each, usual));
    if (all.length > MOST_HOSTS) throw new Error(`${FORMS}; it names more than ${MOST_HOSTS} hosts`);
    return all;
  };
  if (/cluster/i.test(kind)) {
    if (!/^\/?0?$/.test(path)) throw new Error(`${FORMS}; a cluster has no other database than 0`);
    return { nodes: hosts(PORT.server), ...login(undefined) };
  }
  if (kind !== '') {
    const [, name, db] = /^\/([\w.-]{1,128})(?:\/(\d{0,5}))?$/.exec(path) ?? [];
    if (name === undefined) throw new Error(`${FORMS}; after the sentinels there is no name of their master`);
    return { sentinels: hosts(PORT.sentinel), name, ...login(db) };
  }
  const db = /^\/?(\d{0,5})$/.exec(path);
  if (!db) throw new Error(`${FORMS}; after the host there may only be the number of a database`);
  return { ...hostAndPort(authority, PORT.server), ...login(db[1]) };
}

function hostAndPort(text: string, usual: number): RedisHost {
  const [, host = '', port] = /^(.*?)(?::([^:\]]*))?$/s.exec(text) ?? [];
  return { host: hostOf(host), port: port === undefined ? usual : portOf(port) };
}

function hostOf(text: string): string {
  const { v6, name } = HOST.exec(text)?.groups ?? {};
  const host = v6 ?? name;
  if (host === undefined) throw new Error(text === '' ? `${FORMS}; it has no host` : `${FORMS}; its host is malformed`);
  return host;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new Error(`${FORMS}; its port is not a number from 1 to 65535`);
  return port;
}

function credentialsOf(text: string): { username?: string; password: string } {
  const colon = text.indexOf(':');
  if (colon < 0 || colon === text.length - 1) throw new Error(`${FORMS}; there is an @ but no password before it`);
  try {
    const username = decodeURIComponent(text.slice(0, colon));
    const password = decodeURIComponent(text.slice(colon + 1));
    return username === '' ? { password } : { username, password };
  } catch {
    throw new Error(`${FORMS}; a % in its user or password is not followed by two hexadecimal digits`);
  }
}
