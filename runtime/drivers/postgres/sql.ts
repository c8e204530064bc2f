/**
 * The port `Sql` on PostgreSQL by pg-promise: a pool, prepared statements, and an opinion at any time on whether the
 * database can be reached. A connection that is in doubt is thrown away, never reused.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Part, PartState, Pooled, Sql } from '../../contract/ports.js';
import { type Address, connectionOf } from './dsn.js';
import { breaksConnection, portError, reason, unavailable } from './errors.js';
import { hostsOf, ROLE, type Role } from './hosts.js';
import { PLANNER_OF_SESSION, type Planner, plannerWatch, withPlanner } from './planner.js';
import { openPool, types } from './pool.js';
import { createRefusals } from './refusals.js';
import { statements } from './statements.js';

/** How long a server may take, in ms. */
export interface Patience {
  readonly connectMs: number;
  readonly statementMs: number;
  /** The server ends a statement first; only one that is not heard of any more is given up by this. */
  readonly answerMs: number;
}

const PATIENCE: Patience = { connectMs: 3_000, statementMs: 10_000, answerMs: 12_000 };
const LOCK_TIMEOUT_MS = 8_000;
const PROBE_EVERY_MS = 1_000;

const PART = 'postgres';
const SIGN_OF_LIFE = `select ${PLANNER_OF_SESSION}, ${ROLE}`;

export interface PostgresOptions {
  readonly dsn: string;
  /** What the server knows its connections as. */
  readonly name: string;
  readonly log: Log;
  /** The most connections of this process, 10 unless told. */
  readonly max?: number;
  readonly patience?: Patience;
}

export function connectPostgres({
  dsn,
  name,
  log,
  max = 10,
  patience = PATIENCE,
}: PostgresOptions): Sql & Part & Pooled {
  const { connectMs, statementMs, answerMs } = patience;
  const hosts = hostsOf(dsn);
  const planned = withPlanner(dsn);
  const cn = {
    application_name: name,
    max,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: answerMs,
    query_timeout: answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    types,
  };
  let closing: Promise<void> | undefined;
  /** An idle connection that is lost is a reason to ask the server how it is. */
  const open = () =>
    openPool({ ...cn, ...connectionOf(planned, hosts.at()) }, () => {
      if (!closing) void probe();
    });
  let db = open();
  /** Where the connections of the pool lead, and where the database is, once that is known. */
  let leads = hosts.at();
  let found: Address | undefined = hosts.choosy ? undefined : leads;
  const ends: Promise<void>[] = [];

  let current: PartState = { down: 'not connected yet' };
  let heardAt = 0;
  const refusals = createRefusals(PART, log);
  const planner = plannerWatch(PART, log);

  function reached(): void {
    heardAt = performance.now();
    if (closing || found === undefined) return;
    if (current !== 'up') log.info({ part: PART, ...hosts.at() }, 'database is up');
    current = 'up';
  }

  function lost(error: unknown, { host, port } = hosts.at()): void {
    if (closing) return;
    if (current === 'up') log.warn({ part: PART, host, port, reason: reason(error) }, 'database is down');
    current = { down: `${host}:${port}: ${reason(error)}` };
  }

  /** Looks where the database is, if it may be elsewhere. Rejects when it is nowhere. */
  async function locate(): Promise<void> {
    if (!hosts.choosy || (current === 'up' && found)) return;
    found = undefined;
    try {
      found = await hosts.find();
    } catch (error) {
      if (!closing) current = { down: reason(error) };
      throw unavailable(error);
    }
    if (found !== leads) renew();
    leads = found;
  }

  async function connect() {
    try {
      return await db.connect();
    } catch (error) {
      // A pool whose connections are all at work is busy, not down, as long as they bring answers. The pool's error for
      // that has no code, as those of servers and sockets have.
      const busy = performance.now() - heardAt < connectMs;
      if (!busy || (error as { code?: unknown }).code !== undefined) lost(error);
      throw unavailable(portError(error));
    }
  }

  async function withConnection<Result>(
    work: (connection: Awaited<ReturnType<typeof connect>>) => Promise<Result>,
  ): Promise<Result> {
    if (found === undefined) await probe();
    if (found === undefined) throw unavailable(new Error('none of its hosts is what is wanted'));
    const connection = await connect();
    let broken = false;
    try {
      return await work(connection);
    } catch (error) {
      // Anything but a Failure is an error of values, or of whoever works here.
      broken = error instanceof Failure && breaksConnection(error);
      throw error;
    } finally {
      connection.done(broken);
      if (broken) void probe();
      else reached();
    }
  }

  const { queryOn, transactionOn } = statements(refusals);

  let probing: Promise<void> | undefined;
  /** Asks for a sign of life; one question at a time. */
  function probe(): Promise<void> {
    probing ??= (async () => {
      const connection = await locate()
        .then(connect)
        .catch(() => undefined);
      if (!connection) return;
      const answer = connection.one<Planner & Role>(SIGN_OF_LIFE).then(
        session => {
          const unfit = hosts.unfit(session);
          if (unfit !== undefined) {
            found = undefined;
            return lost(new Error(unfit));
          }
          reached();
          planner(session);
        },
        error => lost(error),
      );
      const silence = delay(connectMs, 'silence', { ref: false });
      if ((await Promise.race([answer, silence])) === 'silence') {
        lost(new Error(`no answer within ${connectMs} ms`));
        renew();
      }
      connection.done(current !== 'up');
    })().finally(() => {
      probing = undefined;
    });
    return probing;
  }

  /** Where one connection is silent the others are as well: new work gets new ones, old work keeps its own. */
  function renew(): void {
    if (closing) return;
    ends.push(db.$pool.end());
    db = open();
  }

  void probe();
  const timer = setInterval(() => {
    // A server that has become a standby answers whoever reads.
    if (hosts.choosy || performance.now() - heardAt >= PROBE_EVERY_MS / 2) void probe();
  }, PROBE_EVERY_MS).unref();

  const query: Sql['query'] = (statement, text, values) =>
    withConnection(connection => queryOn(connection)(statement, text, values));

  return {
    name: PART,
    state: () => (current === 'up' ? refusals.state() : current),
    query,
    read: query,
    transaction: work => withConnection(connection => transactionOn(connection, work)),
    pool() {
      const { totalCount, idleCount: idle, waitingCount: pending } = db.$pool;
      return { max, used: totalCount - idle, idle, pending };
    },
    close() {
      closing ??= (async () => {
        clearInterval(timer);
        // Who does not answer may not answer a goodbye either.
        await Promise.race([Promise.all([...ends, db.$pool.end()]), delay(answerMs, null, { ref: false })]);
        current = { down: 'closed' };
      })();
      return closing;
    },
  };
}
