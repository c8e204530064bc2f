/** What PostgreSQL says that it does for a statement, as far as tests look at it. */
import pgPromise from 'pg-promise';

export interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Recheck Cond'?: string;
  readonly Filter?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly Plan[];
}

export const TABLES = [
  'users',
  'sessions',
  'used_refresh_digests',
  'live_refresh_digests',
  'chats',
  'members',
  'messages',
  'message_versions',
  'reactions',
  'pins',
  'hidden',
  'deleted_counts',
  'mentions',
  'media',
  'blobs',
  'message_media',
];

/** The table that a node reads, whichever of its partitions. */
export const tableOf = (node: Plan): string => (node['Relation Name'] ?? '').replace(/_p\d+$/, '');

export const nodesOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** Values as literals: EXECUTE takes no parameters of its own. */
const literal = (value: unknown) => pgPromise.as.format('$1', [Array.isArray(value) ? arrayOf(value) : value]);

const arrayOf = (values: readonly unknown[]) =>
  `{${values.map(item => ((item ?? null) === null ? 'null' : `"${String(item).replace(/["\\]/g, '\\$&')}"`)).join()}}`;

export const argumentsOf = (values: readonly unknown[]): string =>
  values.length > 0 ? `(${values.map(literal).join(', ')})` : '';

/** How many rows of its table a node has looked at, whether they were what it looked for or not. */
export const rowsRead = (node: Plan): number =>
  ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) *
  (node['Actual Loops'] ?? 1);
