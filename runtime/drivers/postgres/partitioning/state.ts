/** How far partitioning is, in a row of its own table: written in the transactions that get it there. */
import { BEGINNING, type Place, type Queries } from './spec.js';

/** What comes next: copying, comparing, or dropping the tables of before. */
export type Phase = 'copy' | 'compare' | 'drop';

export interface State extends Place {
  readonly partitions: number;
  readonly phase: Phase;
}

export const stateOf = async (db: Queries): Promise<State | undefined> =>
  (await db.oneOrNone<State>('select partitions, phase, owner, number from partitioning')) ?? undefined;

export const begin = (db: Queries, partitions: number): Promise<null> =>
  db.none(`insert into partitioning (partitions, phase, owner, number) values ($1, 'copy', $2, $3)`, [
    ...[partitions, BEGINNING.owner, BEGINNING.number],
  ]);

export const advance = (db: Queries, phase: Phase, { owner, number }: Place): Promise<null> =>
  db.none('update partitioning set phase = $1, owner = $2, number = $3', [phase, owner, number]);

export const forget = (db: Queries): Promise<null> => db.none('delete from partitioning');
