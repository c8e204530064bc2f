/** Keeps what a connection has planned: one that nobody uses for half a minute is closed. The answer ends that. */
import type { Sql } from '#runtime/contract/ports.js';

const EVERY_MS = 5_000;

export function keepAwake(sql: Sql): () => void {
  const timer = setInterval(() => void sql.query('awake', 'select 1').catch(() => {}), EVERY_MS);
  return () => clearInterval(timer);
}
