/** Reads REDIS_ADDR: `host:port`, `redis://…` or `rediss://…`. What it throws never repeats the value, which may hold a password. */

export interface RedisAddr {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db?: number;
  readonly tls?: Record<string, never>;
}

const FORMS = 'must be host:port, redis://[[user]:password@]host[:port][/db] or rediss://… of the same form';
const HOST = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[\w.-]+))$/i;

/** Throws an Error in words for an operator; `[…]` around an IPv6 address is required, and not part of the result. */
export function parseRedisAddr(addr: string): RedisAddr {
  if (/^rediss?:\/\//i.test(addr)) return parseUrl(addr);
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(addr);
  if (scheme) throw new Error(`${FORMS}; its scheme is ${scheme[1]}`);
  const colon = addr.lastIndexOf(':');
  if (colon < 0) throw new Error(`${FORMS}; it has no port`);
  return { host: hostOf(addr.slice(0, colon)), port: portOf(addr.slice(colon + 1)) };
}

/** The address with this password, where it names none. Throws as `parseRedisAddr` does. */
export function redisAddrWithPassword(addr: string, password: string): string {
  const [, scheme, user = '', own, rest = addr] =
    /^(rediss?:\/\/)(?:([^:@/?#]*):?([^@/?#]*)@)?(.*)$/is.exec(addr) ?? [];
  if (scheme === undefined) parseRedisAddr(addr);
  const whole = password && !own ? `${scheme ?? 'redis://'}${user}:${encodeURIComponent(password)}@${rest}` : addr;
  parseRedisAddr(whole);
  return whole;
}

function parseUrl(addr: string): RedisAddr {
  const [, scheme = '', credentials, authority = '', path = ''] =
    /^(rediss?):\/\/(?:([^/?#]*)@)?([^/?#]*)(.*)$/is.exec(addr) ?? [];
  const [, host = '', port] = /^(.*?)(?::([^:\]]*))?$/s.exec(authority) ?? [];
  const db = /^\/?(\d{0,5})$/.exec(path);
  if (!db) throw new Error(`${FORMS}; after the host there may only be the number of a database`);
  return {
    host: hostOf(host),
    port: port === undefined ? 6379 : portOf(port),
    ...(credentials === undefined ? {} : credentialsOf(credentials)),
    ...(db[1] ? { db: Number(db[1]) } : {}),
    ...(scheme.toLowerCase() === 'rediss' ? { tls: {} } : {}),
  };
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
