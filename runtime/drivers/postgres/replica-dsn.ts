/** The DSN of replicas: each of its hosts is one, and whichever answers may be asked. */
import { type Address, dsnWithPassword, parseDsn, urlOf } from './dsn.js';

/** The DSN with this password, where it names none. Throws as `parseDsn` does, and where it wants what no replica is. */
export function replicasDsn(dsn: string, password: string): string {
  const { wanted } = parseDsn(dsn);
  const said = urlOf(dsn).searchParams.has('target_session_attrs');
  if (said && (wanted === 'primary' || wanted === 'read-write')) {
    throw new Error(`has target_session_attrs=${wanted}, which no replica is`);
  }
  return dsnWithPassword(dsn, password);
}

/** A DSN for each host. What is there is found out with each question, so none says what it is to be. */
export function replicasIn(dsn: string): (Address & { readonly dsn: string })[] {
  return parseDsn(dsn).hosts.map(({ host, port }) => {
    const url = urlOf(dsn);
    if (url.hostname === '') {
      url.searchParams.set('host', host);
      url.searchParams.set('port', String(port));
    }
    for (const name of ['target_session_attrs', 'load_balance_hosts']) url.searchParams.delete(name);
    return { host, port, dsn: url.href };
  });
}
