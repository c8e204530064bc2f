/**
 * How the server plans for our sessions. Every statement is a set of look-ups by index, written so that one plan serves
 * all values, and is planned once a connection: at a moment when a table may be empty, small, or analysed when it was. So
 * no choice is left that is good for a small table only, or that rests on an estimate.
 */
import type { Log } from '../../contract/function.js';
import { urlOf } from './dsn.js';

const PLANNER = {
  // To plan costs more than to run.
  plan_cache_mode: 'force_generic_plan',
  // The cheapest for a table of a page, and still in use when it has a million. Those of foreign keys' checks as well.
  enable_seqscan: 'off',
  // What counts is how many rows are looked at, not on how many pages they are now: of a table of a page, all rows
  // of one owner look as cheap as the one that is looked for.
  random_page_cost: '1',
  cpu_tuple_cost: '1',
  cpu_index_tuple_cost: '1',
  // To compile and to start workers costs more than any of our statements; estimates decide on both.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
} as const;

export type Planner = Readonly<Record<keyof typeof PLANNER, string>>;

/** The DSN that asks for these; what it asks for itself comes after them, and wins. */
export function withPlanner(dsn: string): string {
  const url = urlOf(dsn);
  const ours = Object.entries(PLANNER).map(([name, value]) => `-c ${name}=${value}`);
  url.searchParams.set('options', [...ours, url.searchParams.get('options') ?? ''].join(' ').trim());
  return url.href;
}

/** What a session says of these, for a `select`. */
export const PLANNER_OF_SESSION = Object.keys(PLANNER)
  .map(name => `current_setting('${name}') as ${name}`)
  .join(', ');

/** A pooler may keep the options of a connection to itself: says so once, and what holds behind a pooler too. */
export function plannerWatch(part: string, log: Log): (session: Planner) => void {
  let told = false;
  return session => {
    const found = Object.fromEntries(Object.keys(PLANNER).map(name => [name, session[name as keyof Planner]]));
    const other = Object.entries(PLANNER).filter(([name, value]) => found[name] !== value);
    if (told || other.length === 0) return;
    told = true;
    const cure = other.map(([name, value]) => `alter role current_user set ${name} = '${value}'`).join('; ');
    log.warn({ part, found, cure }, 'the database plans otherwise than it is asked to, and may become slow');
  };
}
