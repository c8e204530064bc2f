/**
 * Which of the hosts of a DSN is the one that is wanted: all are asked at once what they are, and the first in order that is
 * it is taken. It is asked again whenever the one that was taken is lost, or is not what it was.
 */
import { type Address, connectionOf, parseDsn } from './dsn.js';
import { reason } from './errors.js';
import { openPool } from './pool.js';

/** What a server says of itself. */
export interface Role {
  readonly standby: boolean;
  readonly read_only: boolean;
}

/** For a `select`. */
export const ROLE = `pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as read_only`;

export interface Hosts {
  /** Where it was found last, or the first one. */
  at(): Address;
  /** Whether it matters what a server is: with one host, and nothing said, it does not. */
  readonly choosy: boolean;
  /** Why a server is not what is wanted; undefined when it is. */
  unfit(role: Role): string | undefined;
  /** Rejects with what each of them is, or why it does not say, when none is what is wanted. */
  find(): Promise<Address>;
}

const ASK_TIMEOUT_MS = 3_000;

export function hostsOf(dsn: string): Hosts {
  const { hosts, wanted, anyOrder } = parseDsn(dsn);
  let at = hosts[0] as Address;

  function unfit({ standby, read_only }: Role): string | undefined {
    if ((wanted === 'primary' && standby) || (wanted === 'read-write' && read_only)) {
      return standby ? 'it is a standby' : 'it is read-only';
    }
    if ((wanted === 'standby' && !standby) || (wanted === 'read-only' && !read_only)) return 'it takes writes';
    return undefined;
  }

  async function ask(address: Address): Promise<{ address: Address; role: Role }> {
    const bounds = { max: 1, connectionTimeoutMillis: ASK_TIMEOUT_MS, query_timeout: ASK_TIMEOUT_MS };
    const db = openPool({ ...connectionOf(dsn, address), ...bounds });
    try {
      return { address, role: await db.one<Role>(`select ${ROLE}`) };
    } finally {
      void db.$pool.end();
    }
  }

  return {
    at: () => at,
    choosy: hosts.length > 1 || wanted !== 'any',
    unfit,
    async find() {
      const order = anyOrder ? shuffled(hosts) : hosts;
      const answers = await Promise.allSettled(order.map(ask));
      const there = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []));
      const fit = there.filter(({ role }) => unfit(role) === undefined);
      const best = wanted === 'prefer-standby' ? (fit.find(({ role }) => role.standby) ?? fit[0]) : fit[0];
      if (best) {
        at = best.address;
        return at;
      }
      const why = answers.map((answer, n) => {
        const { host, port } = order[n] as Address;
        return `${host}:${port}: ${answer.status === 'rejected' ? reason(answer.reason) : unfit(answer.value.role)}`;
      });
      throw new Error(why.join('; '));
    },
  };
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map(item => ({ item, by: Math.random() }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item);
}
