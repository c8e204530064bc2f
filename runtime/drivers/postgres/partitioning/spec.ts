/** What is partitioned, and how many rows of it are moved at a time. */
import type { Pool } from '../pool.js';

/**
 * Tables whose rows belong to a row of another one, the owner: each has a column with the owner's key, a uuid, by whose hash it
 * is partitioned, and one with the row's number. Whoever writes or deletes such rows holds the lock of the owner's row; rows
 * that are only updated, by their primary keys, may be so without.
 */
export interface PartitionSpec {
  readonly owner: { readonly table: string; readonly key: string };
  readonly by: string;
  readonly number: string;
  /** The first has a row for each number that the others have. */
  readonly tables: readonly PartitionedTable[];
  /** The migration since which every statement finds its rows in partitions. */
  readonly since: number;
}

export interface PartitionedTable {
  readonly name: string;
  /** What an index has in place of the owner's key, where none begins with that and the number. Default: `by` itself. */
  readonly place?: (by: string) => string;
}

export type Queries = Pick<Pool, 'any' | 'one' | 'oneOrNone' | 'none' | 'result'>;

/** The partitioned table that is filled beside a table, and takes its name in the end. */
export const copyOf = (name: string): string => `${name}_parted`;
/** The table of before, from the moment at which it is replaced until it is dropped; its indexes alike. */
export const formerOf = (name: string): string => `${name}_former`;
export const partitionOf = (name: string, remainder: number): string => `${name}_p${remainder}`;

/** A place in the order in which rows are moved: everything up to this number of this owner. */
export interface Place {
  readonly owner: string;
  readonly number: number;
}

export const BEGINNING: Place = { owner: '00000000-0000-0000-0000-000000000000', number: -1 };
export const END: Place = { owner: 'ffffffff-ffff-ffff-ffff-ffffffffffff', number: Number.MAX_SAFE_INTEGER };
