/**
 * Bytes that no media have any more are dropped: their row goes, and their name stays written until the store has them no more.
 * Who gives bytes to media writes or locks their row first, in the same transaction: so the row is locked here, and only then it
 * is looked who has them, by a statement that sees what was committed until then.
 */
import type { Sql } from 'function-runtime';

const GIVEN = "array(select decode(hash, 'hex') from unnest($1::text[]) g (hash))";

const LOCK = `select from blobs where sha256 = any (${GIVEN}) order by sha256 for update`;

const has = (column: string): string =>
  `exists (select from media m where m.${column} = b.sha256 and m.${column} is not null and m.state <> 'gone')`;

/** An SQL condition of a row `b` of blobs. */
export const isUsed = `(${has('sha256')} or ${has('thumb_sha256')})`;

const DROP = `
with unused as (
  delete from blobs b where b.sha256 = any (${GIVEN}) and not ${isUsed} returning b.name
)
insert into dropped_blobs (name) select name from unused on conflict do nothing`;

/** In a transaction, which may have locked media before, and takes no other lock after this. Hashes are hexadecimal. */
export async function releaseBlobs(tx: Pick<Sql, 'query'>, hashes: readonly string[]): Promise<void> {
  if (hashes.length === 0) return;
  await tx.query('blobs-lock', LOCK, [hashes]);
  await tx.query('blobs-drop', DROP, [hashes]);
}
