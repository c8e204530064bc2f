/** What is wrong with a PostgreSQL DSN, found before anything connects and told without its password. */
import type { ConnectionOptions } from 'node:tls';
import { certificates, privateKey, type TlsFiles, tlsOptions } from '../tls.js';
import type { openPool } from './pool.js';

/** Where a DSN leads: what may be logged of it. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What the server is to be, as libpq has it in `target_session_attrs`. */
export type Wanted = (typeof WANTED)[number];
const WANTED = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
const MOST_HOSTS = 16;

export interface Target {
  readonly hosts: readonly Address[];
  /** Where nothing is said: of several hosts the one that takes writes, of one whatever it is. */
  readonly wanted: Wanted;
  readonly anyOrder: boolean;
}

/** Throws an Error that says what is wrong; its message never contains any part of a DSN that may be a secret. */
export function parseDsn(dsn: string): Target {
  if (!/^postgres(ql)?:\/\//i.test(dsn)) throw new Error('must begin with postgres:// or postgresql://');
  const url = urlOf(dsn);
  const hosts = hostsOf(url);
  if (hosts.length > MOST_HOSTS) throw new Error(`names more than ${MOST_HOSTS} hosts`);
  decoded(url.pathname, 'database');
  decoded(url.username, 'user');
  decoded(url.password, 'password');
  checkTls(url.searchParams);
  const wanted = url.searchParams.get('target_session_attrs') ?? (hosts.length > 1 ? 'read-write' : 'any');
  if (!isWanted(wanted)) throw new Error(`has target_session_attrs that are none of ${WANTED.join(', ')}`);
  const order = url.searchParams.get('load_balance_hosts') ?? 'disable';
  if (!/^(?:disable|random)$/.test(order)) throw new Error('has load_balance_hosts that is neither disable nor random');
  return { hosts, wanted, anyOrder: order === 'random' };
}

const isWanted = (text: string): text is Wanted => WANTED.some(each => each === text);

/** A URL names one host; of several, libpq knows another form as well: `?host=one,two&port=5432,5433`. */
export function urlOf(dsn: string): URL {
  const [, scheme = '', login = '', authority = '', rest = ''] =
    /^([a-z]+:\/\/)(?:([^/?#]*)@)?([^/?#@]*)(.*)$/is.exec(dsn) ?? [];
  const one = authority.includes(',') ? `${scheme}${rest}` : dsn;
  if (!URL.canParse(one)) throw new Error(FORM);
  const url = new URL(one);
  if (one === dsn) return url;
  const hosts = authority
    .split(',')
    .map(each => /^(?<host>\[[\da-f:.]+\]|[^:]*)(?::(?<port>\d{1,5}))?$/i.exec(each)?.groups);
  url.searchParams.set('host', hosts.map(each => each?.host?.replace(/[[\]]/g, '') ?? '').join(','));
  url.searchParams.set('port', hosts.map(each => each?.port ?? USUAL_PORT).join(','));
  const [user = '', ...password] = login.split(':');
  if (user !== '') url.searchParams.set('user', decoded(user, 'user'));
  if (password.length > 0) url.searchParams.set('password', decoded(password.join(':'), 'password'));
  return url;
}

const USUAL_PORT = 5432;
const FORM =
  'must be like postgres://user:password@host:5432/database, or host:5432,host:5432 for several, with special characters of the password percent-encoded';

function hostsOf({ hostname, port, searchParams }: URL): Address[] {
  const named = decoded(hostname, 'host');
  const hosts = (named || searchParams.get('host') || '').split(',');
  const ports = (port || searchParams.get('port') || String(USUAL_PORT)).split(',');
  if (hosts.includes('')) throw new Error('names no host');
  if (ports.length > 1 && ports.length !== hosts.length) throw new Error('names another number of ports than of hosts');
  return hosts.map((host, n) => ({ host, port: Number(ports[n] ?? ports[0]) }));
}

/** The DSN with this password, where it names none. Throws as `parseDsn` does. */
export function dsnWithPassword(dsn: string, password: string): string {
  parseDsn(dsn);
  const url = urlOf(dsn);
  if (password === '' || url.password !== '' || url.searchParams.get('password')) return dsn;
  // Without a host of its own, as for a socket, a URL cannot name anybody before it.
  if (url.hostname === '') url.searchParams.set('password', password);
  else url.password = encodeURIComponent(password);
  return url.href;
}

/** As libpq names and means them, but for `allow` and `prefer`: https://www.postgresql.org/docs/current/libpq-ssl.html */
const MODES = ['disable', 'require', 'verify-ca', 'verify-full'];
const FILES = { sslrootcert: 'ca', sslcert: 'cert', sslkey: 'key' } as const;
/** What `sslrootcert` says for those whom Node believes. */
const SYSTEM = 'system';

/** The DSN with these files; with any of them, and no `sslmode`, the server must prove who it is. Throws where that cannot be. */
export function dsnWithTls(dsn: string, files: TlsFiles): string {
  const url = urlOf(dsn);
  const { searchParams } = url;
  for (const [name, is] of Object.entries(FILES)) if (files[is]) searchParams.set(name, files[is]);
  const named = Object.keys(FILES).some(name => searchParams.has(name));
  const mode = searchParams.get('sslmode');
  if (mode === 'verify-ca' && !searchParams.has('sslrootcert')) throw new Error('is needed with sslmode=verify-ca');
  if (!named) return dsn;
  if (mode === 'disable') throw new Error('is of no use with sslmode=disable in DSN');
  if (mode === null) searchParams.set('sslmode', 'verify-full');
  return url.href;
}

/** How the library is told of a DSN, or of one of its hosts. */
export function connectionOf(dsn: string, { host, port } = parseDsn(dsn).hosts[0] as Address): Connection {
  const url = urlOf(dsn);
  const { searchParams } = url;
  if (url.hostname === '') {
    searchParams.set('host', host);
    searchParams.set('port', String(port));
  }
  for (const name of ['target_session_attrs', 'load_balance_hosts']) searchParams.delete(name);
  const mode = searchParams.get('sslmode');
  if (mode === null) return { connectionString: url.href };
  const files: Record<string, string> = {};
  for (const [name, is] of Object.entries(FILES)) {
    const path = searchParams.get(name);
    if (path !== null && path !== SYSTEM) files[is] = path;
    searchParams.delete(name);
  }
  // Else the library reads these by its own rules, which take any mode for verify-full.
  for (const name of ['ssl', 'sslmode']) searchParams.delete(name);
  return { connectionString: url.href, ssl: sslOf(mode, files) };
}

interface Connection {
  connectionString: string;
  ssl?: Ssl;
}

/** `tls.connect` gets what is in there; the types of the library know part of it. */
type Ssl = NonNullable<Exclude<Parameters<typeof openPool>[0]['ssl'], true>>;

function sslOf(mode: string, files: TlsFiles): Ssl {
  if (mode === 'disable') return false;
  const options: ConnectionOptions = tlsOptions(files);
  // libpq: where there is a root, `require` is as good as `verify-ca`.
  if (mode === 'require' && files.ca === undefined) options.rejectUnauthorized = false;
  else if (mode !== 'verify-full') options.checkServerIdentity = () => undefined;
  return options as Ssl;
}

function checkTls(parameters: URLSearchParams): void {
  const mode = parameters.get('sslmode');
  if (mode !== null && !MODES.includes(mode)) {
    throw new Error(`has an sslmode that is none of ${MODES.join(', ')}; allow and prefer would protect nothing`);
  }
  for (const [name, is] of Object.entries(FILES)) {
    const path = parameters.get(name);
    if (path === null || path === SYSTEM) continue;
    try {
      (is === 'key' ? privateKey : certificates)(path);
    } catch (err) {
      throw new Error(`the file of its ${name} ${(err as Error).message}`);
    }
  }
}

function decoded(part: string, name: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error(`has a ${name} with a broken percent-encoding`);
  }
}
