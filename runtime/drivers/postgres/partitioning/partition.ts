/**
 * Tables become partitioned while people write to them: copies are made, triggers write to them whatever is written to the
 * tables, what was there before is copied a stretch at a time under the locks of its owners, all is compared, and the copies take
 * the names of the tables in a transaction that nobody waits for longer than half a second. Ended at any point, it goes on there.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../contract/failure.js';
import type { Log } from '../../../contract/function.js';
import { connectionOf } from '../dsn.js';
import { portError, reason, unavailable } from '../errors.js';
import { hostsOf } from '../hosts.js';
import { withPlanner } from '../planner.js';
import { openPool, type Pool } from '../pool.js';
import { createMirror, dropMirror, inTheWay } from './mirror.js';
import { columnsOfCopies, copyStretch, differing, nextPlace } from './move.js';
import { createPace, MOST } from './pace.js';
import { createCopy, difference, swap } from './shape.js';
import { BEGINNING, copyOf, END, formerOf, type PartitionSpec, type Place, type Queries } from './spec.js';
import { advance, begin, forget, type State, stateOf } from './state.js';

/** Any number, as long as nothing else in the database takes it. */
const LOCK = 4_716_204;
/** So long others wait behind us who wait for a lock; below `deadlock_timeout`, so that it is never them who are ended. */
const LOCK_TIMEOUT_MS = 500;
const AGAIN_MS = 200;
const TOLD_EVERY_MS = 10_000;

export interface Partitioning {
  readonly dsn: string;
  readonly spec: PartitionSpec;
  readonly log: Log;
}

interface Moving {
  readonly db: Pool;
  readonly spec: PartitionSpec;
  readonly log: Log;
  /** How long to rest after each stretch, as a multiple of what it took. */
  readonly rest: number;
  readonly most: number;
}

export interface PartitionOptions {
  readonly partitions: number;
  /** Nobody of the version before is there any more. */
  readonly atOnce?: boolean;
  readonly rest?: number;
  /** Rows of a stretch at most. */
  readonly most?: number;
}

/**
 * Makes the tables partitioned, into so many partitions; goes on where a call before was ended. Resolves when they are, at
 * once where they were. Rejects with a Failure that says what is in the way, or `unavailable`.
 */
export function partition(
  on: Partitioning,
  { partitions, atOnce = false, rest = 0.5, most = MOST }: PartitionOptions,
): Promise<void> {
  return alone(on, async db => {
    const { spec, log } = on;
    const moving: Moving = { db, spec, log, rest, most };
    let state = await stateOf(db);
    if (!state) {
      if (await isPartitioned(db, spec)) return log.info({}, 'the tables are partitioned');
      await mayBegin(db, spec, atOnce);
      await prepare(moving, partitions);
      state = await stateOf(db);
    }
    const { partitions: begun } = state as State;
    if (begun !== partitions) throw inConflict(`${begun} partitions were begun: go on with as many, or undo`);
    if (state?.phase === 'copy') await copyAll(moving, state);
    state = await stateOf(db);
    if (state?.phase === 'compare') {
      await sameShapes(db, spec);
      await compareAll(moving, state);
      await replace(moving);
    }
    await dropFormer(moving);
    log.info({ partitions }, 'the tables are partitioned');
  });
}

/** Takes away what `partition` has made, as long as the copies have not taken the place of the tables. */
export function undoPartition(on: Partitioning): Promise<void> {
  return alone(on, async db => {
    const state = await stateOf(db);
    if (!state) return on.log.info({}, 'nothing is begun');
    if (state.phase === 'drop') throw inConflict('the tables are partitioned already');
    await briefly(db, async tx => {
      for (const { name } of on.spec.tables) await dropMirror(tx, name);
      for (const { name } of on.spec.tables) await tx.none(`drop table ${copyOf(name)}`);
      await forget(tx);
    });
    on.log.info({}, 'undone: the tables are as they were');
  });
}

const inConflict = (why: string): Failure => new Failure('conflict', why);

/** One call at a time: held by a transaction, which a pooler keeps together, and which ends with its connection. */
async function alone(on: Partitioning, work: (db: Pool) => Promise<void>): Promise<void> {
  const hosts = hostsOf(on.dsn);
  const at = hosts.choosy ? await hosts.find().catch(error => Promise.reject(unavailable(error))) : hosts.at();
  const cn = {
    ...connectionOf(withPlanner(on.dsn), at),
    application_name: 'partition',
    connectionTimeoutMillis: 3_000,
  };
  const db = openPool({ ...cn, max: 2 });
  try {
    await db.tx(async holder => {
      await holder.none('set local idle_in_transaction_session_timeout = 0');
      const { locked } = await holder.one<{ locked: boolean }>('select pg_try_advisory_xact_lock($1) as locked', [
        LOCK,
      ]);
      if (!locked) throw inConflict('somebody is at it already');
      await work(db);
    });
  } catch (thrown) {
    throw thrown instanceof Failure ? thrown : new Failure('unavailable', reason(thrown), { cause: portError(thrown) });
  } finally {
    await db.$pool.end();
  }
}

const GIVES_WAY = /^(55P03|40P01|40001)$/;

/** A transaction in which nobody waits for us for long: who is in the way for longer has us try again. */
async function briefly<Result>(db: Pool, work: (tx: Queries) => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await db.tx(async tx => {
        await tx.none(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
        return work(tx);
      });
    } catch (thrown) {
      if (!GIVES_WAY.test(String((thrown as { code?: unknown }).code))) throw thrown;
      await sleep(AGAIN_MS * (1 + Math.random()));
    }
  }
}

const IS_PARTITIONED = `select bool_and(relkind = 'p') as partitioned from pg_class where oid = any ($1::text[]::regclass[])`;

async function isPartitioned(db: Queries, { tables }: PartitionSpec): Promise<boolean> {
  const { partitioned } = await db.one<{ partitioned: boolean }>(IS_PARTITIONED, [tables.map(({ name }) => name)]);
  return partitioned;
}

// On what was made with it from the beginning no version before has ever run.
const DUE = `
select applied_at <= now() - interval '1 day' or applied_at < (select min(applied_at) from schema_migrations) + interval '1 minute' as due
from schema_migrations where version = $1`;

async function mayBegin(db: Queries, spec: PartitionSpec, atOnce: boolean): Promise<void> {
  const known = await db.oneOrNone<{ due: boolean }>(DUE, [spec.since]);
  if (!known) throw inConflict('run the migrations of this version first');
  if (!known.due && !atOnce)
    throw inConflict('the version before may still be running, and would lose rows: wait a day, or say --at-once');
  const found = await inTheWay(db, spec);
  if (found) throw inConflict(found);
}

async function prepare({ db, spec, log }: Moving, partitions: number): Promise<void> {
  await briefly(db, async tx => {
    for (const { name } of spec.tables) await createCopy(tx, name, partitions, spec);
    await begin(tx, partitions);
    for (const { name } of spec.tables) await createMirror(tx, name);
  });
  log.info({ partitions }, 'what is written from now on is written twice');
}

/** From one place to the next until the end, resting in between; `what` is done with each stretch. */
async function eachStretch(
  { db, spec, log, rest, most }: Moving,
  from: Place,
  what: string,
  work: (after: Place, upto: Place) => Promise<void>,
): Promise<void> {
  const pace = createPace(most);
  let told = performance.now();
  let rows = 0;
  for (let after = from; after.owner !== END.owner || after.number !== END.number; ) {
    const upto = await nextPlace(db, spec, after, pace.rows);
    const began = performance.now();
    await work(after, upto);
    const ms = performance.now() - began;
    rows += pace.rows;
    pace.took(ms);
    after = upto;
    if (performance.now() - told > TOLD_EVERY_MS) {
      told = performance.now();
      log.info({ rows, upto: after.owner }, what);
    }
    await sleep(ms * rest);
  }
}

/** A migration may have changed the tables since they were copied. */
async function sameShapes(db: Queries, spec: PartitionSpec): Promise<void> {
  for (const { name } of spec.tables) {
    const changed = await difference(db, name, spec);
    if (changed) throw inConflict(`${changed} than its copy: undo, and begin anew`);
  }
}

async function copyAll(moving: Moving, from: Place): Promise<void> {
  const { db, spec } = moving;
  await sameShapes(db, spec);
  const columns = await columnsOfCopies(db, spec);
  await eachStretch(moving, from, 'copied', (after, upto) =>
    briefly(db, async tx => {
      await copyStretch(tx, spec, columns, after, upto);
    }),
  );
  for (const { name } of spec.tables) await db.none(`analyze ${copyOf(name)}`);
  await advance(db, 'compare', BEGINNING);
}

async function compareAll(moving: Moving, from: Place): Promise<void> {
  const { db, spec } = moving;
  await eachStretch(moving, from, 'compared', async (after, upto) => {
    const wrong = await differing(db, spec, after, upto);
    if (wrong.length > 0) {
      const where = `from ${after.owner} ${after.number} to ${upto.owner} ${upto.number}`;
      throw new Failure('internal', `the copy of ${wrong.join(', ')} is not the same ${where}: undo, and say so`);
    }
    await advance(db, 'compare', upto);
  });
}

async function replace({ db, spec, log }: Moving): Promise<void> {
  const ms = await briefly(db, async tx => {
    await tx.none(`lock table ${spec.tables.map(({ name }) => name).join(', ')} in access exclusive mode`);
    const began = performance.now();
    await sameShapes(tx, spec);
    for (const { name } of spec.tables) await dropMirror(tx, name);
    for (const { name } of spec.tables) await swap(tx, name, spec);
    await advance(tx, 'drop', END);
    return performance.now() - began;
  });
  log.info({ lockedMs: Math.round(ms) }, 'the copies have taken the place of the tables');
}

async function dropFormer({ db, spec }: Moving): Promise<void> {
  await briefly(db, async tx => {
    for (const { name } of spec.tables) await tx.none(`drop table if exists ${formerOf(name)}`);
    await forget(tx);
  });
}
