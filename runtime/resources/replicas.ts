/** Reads at replicas, where `DSN_READ` names any. */
import type { Sql } from '../contract/ports.js';
import type { Opening } from './resources.js';

/**
 * The database, whose reads go to replicas that are not behind, where `DSN_READ` names any.
 *
 * @example
 * import { withReplicas } from 'function-runtime/resources/replicas';
 *
 * const reading = (opening: Opening, primary: Sql) => withReplicas(opening, primary);
 */
export async function withReplicas<Kind extends Sql>(
  { config, log, owner, register }: Opening,
  primary: Kind,
): Promise<Kind> {
  if (config.dsnRead === undefined) return primary;
  const { connectReplicas } = await import('../drivers/postgres/replicas.js');
  const { read } = register(connectReplicas({ primary, dsn: config.dsnRead, name: owner, log }));
  return { ...primary, read };
}
