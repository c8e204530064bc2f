/** What is wrong with a PostgreSQL DSN, found before anything connects and told without its password. */

/** Where a DSN leads: what may be logged of it. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Throws an Error that says what is wrong; its message never contains any part of a DSN that may be a secret. */
export function parseDsn(dsn: string): Address {
  if (!/^postgres(ql)?:\/\//i.test(dsn)) throw new Error('must begin with postgres:// or postgresql://');
  if (!URL.canParse(dsn)) {
    throw new Error(
      'must be like postgres://user:password@host:5432/database, with special characters of the password percent-encoded',
    );
  }
  const url = new URL(dsn);
  const host = decoded(url.hostname, 'host') || url.searchParams.get('host') || '';
  if (!host) throw new Error('names no host');
  if (host.includes(',')) throw new Error('must name one host');
  decoded(url.pathname, 'database');
  decoded(url.username, 'user');
  decoded(url.password, 'password');
  return { host, port: url.port ? Number(url.port) : 5432 };
}

/** The DSN with this password, where it names none. Throws as `parseDsn` does. */
export function dsnWithPassword(dsn: string, password: string): string {
  parseDsn(dsn);
  const url = new URL(dsn);
  if (password === '' || url.password !== '' || url.searchParams.get('password')) return dsn;
  // Without a host of its own, as for a socket, a URL cannot name anybody before it.
  if (url.hostname === '') url.searchParams.set('password', password);
  else url.password = encodeURIComponent(password);
  return url.href;
}

function decoded(part: string, name: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error(`has a ${name} with a broken percent-encoding`);
  }
}
