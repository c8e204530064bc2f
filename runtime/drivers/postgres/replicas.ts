/**
 * Reads at replicas that are not behind. What whoever asks was told before is committed at the primary by then, so the
 * primary is asked how far its log reaches, once for all who ask at a time, and a replica answers only when it has
 * replayed as much of the same history. One that is behind, slow, away or no replica any more is left alone until it has caught
 * up, and the primary answers.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Part, PartState, Sql } from '../../contract/ports.js';
import { reason } from './errors.js';
import { replicasIn } from './replica-dsn.js';
import { connectPostgres } from './sql.js';

const PART = 'postgres-replicas';
/** Who waits for a replica could have asked the primary. */
const PATIENCE = { connectMs: 500, statementMs: 900, answerMs: 1_000 };
/** How long a replica that is behind is waited for, between looks at it. */
const PAUSES_MS = [1, 2, 4, 8, 16, 16];
const LOOK_EVERY_MS = 1_000;

/** A place in the log, in the history that began with a promotion: of two servers only those of one history compare. */
interface Mark {
  readonly lsn: number;
  readonly timeline: string;
}

/** What is committed and visible is flushed, unless `synchronous_commit` is off. */
const REACHED = `
select pg_wal_lsn_diff(lsn, '0/0')::bigint as lsn, left(pg_walfile_name(lsn), 8) as timeline
from (select case when current_setting('synchronous_commit') = 'off'
  then pg_current_wal_insert_lsn() else pg_current_wal_flush_lsn() end as lsn) l`;

/** The receiver says its timeline to members of pg_monitor only; a checkpoint's is that of what is replayed, or the one before. */
const REPLAYED = `
select pg_is_in_recovery() as standby, coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint, 0) as lsn,
  lpad(upper(to_hex(coalesce(
    (select received_tli from pg_stat_wal_receiver), (select timeline_id from pg_control_checkpoint())))), 8, '0') as timeline`;

type Query = Pick<Sql, 'query'>;

/** Undefined when it has caught up, else why it may not answer. */
async function catchUp(replica: Query, mark: Mark): Promise<string | undefined> {
  for (const pause of [...PAUSES_MS, undefined]) {
    const [at] = await replica.query<Mark & { standby: boolean }>('replica-replayed', REPLAYED);
    // Another connection may lead to another server.
    if (!at?.standby) throw new Failure('unavailable', 'no replica', { cause: new Error('it takes writes') });
    if (at.timeline !== mark.timeline)
      return `follows timeline ${at.timeline} and not ${mark.timeline}, or has no checkpoint of it yet`;
    if (at.lsn >= mark.lsn) return undefined;
    if (pause === undefined) return `is ${mark.lsn - at.lsn} bytes of log behind`;
    await delay(pause);
  }
  return undefined;
}

interface Replica {
  readonly at: string;
  readonly db: ReturnType<typeof connectPostgres>;
  /** Why it is not asked. */
  trouble: string | undefined;
}

export interface ReplicasOptions {
  readonly primary: Sql;
  /** Each of its hosts is a replica. */
  readonly dsn: string;
  readonly name: string;
  readonly log: Log;
}

export function connectReplicas({ primary, dsn, name, log }: ReplicasOptions): Pick<Sql, 'read'> & Part {
  const replicas = replicasIn(dsn).map((own): Replica => {
    const db = connectPostgres({ dsn: own.dsn, name, log, patience: PATIENCE });
    return { at: `${own.host}:${own.port}`, db, trouble: 'was not looked at yet' };
  });
  let turn = 0;
  const reached = shared(async () => (await primary.query<Mark>('primary-reached', REACHED))[0] as Mark);

  function judge(replica: Replica, trouble: string | undefined): void {
    if (trouble !== undefined && replica.trouble === undefined)
      log.warn({ part: PART, replica: replica.at, reason: trouble }, 'a replica is not asked: the primary is');
    if (trouble === undefined && replica.trouble !== undefined)
      log.info({ part: PART, replica: replica.at }, 'a replica is asked');
    replica.trouble = trouble;
  }

  /** What `work` answers when the replica has caught up; undefined when it has not, or failed. */
  async function at<Answer>(replica: Replica, work: (tx: Query) => Promise<Answer>): Promise<Answer | undefined> {
    const mark = await reached();
    try {
      // Behind a pooler only what is of one transaction is of one server.
      return await replica.db.transaction(async tx => {
        const trouble = await catchUp(tx, mark);
        judge(replica, trouble);
        return trouble === undefined ? await work(tx) : undefined;
      });
    } catch (error) {
      // What is wrong with the values is wrong at the primary as well.
      if (!(error instanceof Failure) || error.code !== 'unavailable') throw error;
      judge(replica, reason(error));
      return undefined;
    }
  }

  let looking = false;
  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    await Promise.allSettled(replicas.map(replica => at(replica, async () => undefined)));
    looking = false;
  }
  void look();
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();

  return {
    name: PART,
    async read<Row>(statement: string, text: string, values?: readonly unknown[]): Promise<Row[]> {
      const fit = replicas.filter(({ trouble }) => trouble === undefined);
      const replica = fit[turn++ % fit.length];
      const rows = replica && (await at(replica, tx => tx.query<Row>(statement, text, values)));
      return rows ?? primary.query<Row>(statement, text, values);
    },
    state(): PartState {
      const troubles = replicas.flatMap(({ at, trouble }) => (trouble === undefined ? [] : [`${at} ${trouble}`]));
      return troubles.length > 0 ? { degraded: `the primary answers instead: ${troubles.join('; ')}` } : 'up';
    },
    async close() {
      clearInterval(timer);
      await Promise.all(replicas.map(({ db }) => db.close()));
    },
  };
}

/** Asked once for all who ask at a time: an answer is never older than its question, so nobody joins one under way. */
function shared<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<Answer> | undefined;
  return () => {
    next ??= underWay.then(() => {
      const asked = ask();
      underWay = asked.catch(() => undefined);
      next = undefined;
      return asked;
    });
    return next;
  };
}
