/**
 * Reads REDIS_ADDR: `host:port`, `redis://…`, or `redis+sentinel://…` for sentinels that know the master. What it throws
 * never repeats the value, which may hold a password.
 */

export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

interface Login {
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  readonly tls?: Record<string, never>;
}

/** One server, or the sentinels that say which server is the master of that name at the moment. */
export type RedisAddr = Login & (RedisHost | { readonly sentinels: readonly RedisHost[]; readonly name: string });

const FORMS =
  'must be host:port, redis://[[user]:password@]host[:port][/db], redis+sentinel://[[user]:password@]host[:port],…/master[/db], or the two with rediss';
const HOST = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[\w.-]+))$/i;
const SCHEME = /^rediss?(?:\+sentinel)?:\/\//i;
const PORT = { server: 6_379, sentinel: 26_379 };
const MOST_SENTINELS = 16;

/** Throws an Error in words for an operator; `[…]` around an IPv6 address is required, and not part of the result. */
export function parseRedisAddr(addr: string): RedisAddr {
  if (SCHEME.test(addr)) return parseUrl(addr);
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(addr)?.[1];
  if (scheme !== undefined) throw new Error(/cluster/i.test(scheme) ? NO_CLUSTER : `${FORMS}; its scheme is ${scheme}`);
  const colon = addr.lastIndexOf(':');
  if (colon < 0) throw new Error(`${FORMS}; it has no port`);
  return { host: hostOf(addr.slice(0, colon)), port: portOf(addr.slice(colon + 1)) };
}

/** Publications to different nodes of a cluster reach gateways in different orders. */
export const NO_CLUSTER = 'Redis Cluster of several shards is not supported: name one server, or sentinels';

/** The address with this password, where it names none. Throws as `parseRedisAddr` does. */
export function redisAddrWithPassword(addr: string, password: string): string {
  const [, scheme, user = '', own, rest = addr] =
    /^(rediss?(?:\+sentinel)?:\/\/)(?:([^:@/?#]*):?([^@/?#]*)@)?(.*)$/is.exec(addr) ?? [];
  if (scheme === undefined) parseRedisAddr(addr);
  const whole = password && !own ? `${scheme ?? 'redis://'}${user}:${encodeURIComponent(password)}@${rest}` : addr;
  parseRedisAddr(whole);
  return whole;
}

function parseUrl(addr: string): RedisAddr {
  const [, scheme = '', sentinel, credentials, authority = '', path = ''] =
    /^(rediss?)(\+sentinel)?:\/\/(?:([^/?#]*)@)?([^/?#]*)(.*)$/is.exec(addr) ?? [];
  const login = (db: string | undefined): Login => ({
    ...(credentials === undefined ? {} : credentialsOf(credentials)),
    ...(db ? { db: Number(db) } : {}),
    ...(scheme.toLowerCase() === 'rediss' ? { tls: {} } : {}),
  });
  if (sentinel !== undefined) {
    const [, name, db] = /^\/([\w.-]{1,128})(?:\/(\d{0,5}))?$/.exec(path) ?? [];
    if (name === undefined) throw new Error(`${FORMS}; after the sentinels there is no name of their master`);
    const sentinels = authority.split(',').map(each => hostAndPort(each, PORT.sentinel));
    if (sentinels.length > MOST_SENTINELS) throw new Error(`${FORMS}; it names more than ${MOST_SENTINELS} sentinels`);
    return { sentinels, name, ...login(db) };
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
