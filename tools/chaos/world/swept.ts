/**
 * What is left of files when everything that nobody wants has been swept away: by the product's own sweep, as of days later.
 * What is there then belongs to something, and what belongs to something is there.
 */
import { compareBlobs } from '#functions/media/compareBlobs.js';
import { sweepMedia } from '#functions/media/sweepMedia.js';
import { sweepUploads } from '#functions/media/sweepUploads.js';
import { uploadLeases } from '#functions/stores/media.js';
import { mediaSweep } from '#functions/stores/media-sweep.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { tusUploads } from '#runtime/drivers/tus/uploads.js';
import { testContext, testEvent } from '#runtime/testing/context.js';
import { eventually } from '#support/eventually.js';
import { memoryLog } from '#support/log.js';
import { somePorts } from '#support/ports.js';
import { administer } from '#support/postgres.js';
import type { Files } from './files.js';

const HOUR_MS = 3_600_000;
/** More than a day after the other: what is let go of in the first is forgotten in the second. */
const LATER_MS = [25 * HOUR_MS, 50 * HOUR_MS] as const;
const ROUNDS = 30;
const SEEN_WITHIN_MS = 60_000;

const UNSEEN = "select id from media where state = 'uploaded'";
const BLOBS = 'select name, size::float8 as size from blobs';
const LEFT = `
select 'dropped bytes ' || name as remain from dropped_blobs
union all select 'media ' || id || ', ' || state || ' and unnamed' from media m
  where not exists (select from message_media n join messages t on t.chat_id = n.chat_id and t.seq = n.seq
    where n.media_id = m.id and t.deleted_at is null)
union all select 'media ' || m.id || ', ' || m.state || ' and without bytes' from media m
  left join blobs b on b.sha256 = m.sha256 where b.sha256 is null
union all select 'bytes of nobody: ' || name from blobs b
  where not exists (select from media m where m.sha256 = b.sha256 or m.thumb_sha256 = b.sha256)`;

type Remain = { remain: string };

/** Nobody uploads any more. */
export async function sweptOf(dsn: string, files: Files): Promise<readonly string[]> {
  const unseen = await eventually('all media are looked at', async () => (await administer(dsn, UNSEEN)).length === 0, {
    within: SEEN_WITHIN_MS,
  }).then(
    () => [],
    () => administer<{ id: string }>(dsn, UNSEEN),
  );
  const sql = connectPostgres({ dsn, name: 'chaos', log: memoryLog(), max: 2 });
  const { blobs, uploads: store } = await files.open();
  const uploads = tusUploads({ store, leases: uploadLeases(sql), path: '/', maxBytes: 0 });
  try {
    const ports = somePorts({ mediaSweep: mediaSweep(sql), blobs, uploads });
    for (const later of LATER_MS) {
      const context = () => testContext({ ports, now: Date.now() + later });
      for (let round = 0; round < ROUNDS; round++) {
        for (const sweep of [sweepMedia, sweepUploads, compareBlobs]) await sweep.handle(context(), testEvent({}));
        if ((await administer<Remain>(dsn, LEFT)).length === 0 && (await uploads.list(undefined, 1)).length === 0)
          break;
      }
    }
    const known = new Map(
      (await administer<{ name: string; size: number }>(dsn, BLOBS)).map(({ name, size }) => [name, size]),
    );
    const stored = new Map(
      (await blobs.list(undefined, Number.MAX_SAFE_INTEGER)).map(({ name, size }) => [name, size]),
    );
    return [
      ...unseen.map(({ id }) => `media ${id} that nobody has looked at`),
      ...(await administer<Remain>(dsn, LEFT)).map(({ remain }) => remain),
      ...[...stored.keys()].filter(name => !known.has(name)).map(name => `unknown bytes ${name}`),
      ...[...known].filter(([name, size]) => stored.get(name) !== size).map(([name]) => `missing bytes ${name}`),
      ...(await uploads.list(undefined, 1_000)).map(name => `upload ${name}`),
      ...(await files.unended()).map(what => `unended ${what}`),
    ];
  } finally {
    await Promise.all([sql.close(), blobs.close()]);
  }
}
