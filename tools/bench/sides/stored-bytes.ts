/** What messages weigh in the database, as a busy chat-svc stores them, in a server that nothing else is on. */
import { growMessages } from '#support/growth.js';
import { administer, freshDatabase } from '#support/postgres.js';
import { silent } from '#support/silent.js';
import type { Figures, Opened, Side } from '../bench-case.js';
import { type Build, buildIn, thisBuild } from './build.js';
import { startOwnPostgres } from './own-postgres.js';

const MESSAGES = 200_000;

/** Pages as they are in files. What of chats and members is rewritten with each message is no part of a message. */
const WEIGHED = `
select count(*)::float8 as count,
  pg_total_relation_size('messages')::float8 as whole, pg_relation_size('messages')::float8 as rows,
  pg_indexes_size('messages')::float8 as indexes,
  coalesce((select pg_total_relation_size(nullif(reltoastrelid, 0)) from pg_class where oid = 'messages'::regclass), 0)::float8
    as toast,
  coalesce((select sum(pg_total_relation_size(c.oid)) from pg_class c where c.relkind = 'r'
    and c.relnamespace = 'public'::regnamespace and c.relname = any ($1)), 0)::float8 as beside
from messages`;

/** Tables of what a message may have beside its row. */
const BESIDE = ['message_versions', 'reactions', 'pins', 'mentions', 'hidden'];

interface Weights {
  readonly count: number;
  readonly whole: number;
  readonly rows: number;
  readonly indexes: number;
  readonly toast: number;
  readonly beside: number;
}

/** `folder` is that of an older build. */
export const storedBytesSide = (folder?: string): Side => ({
  name: folder === undefined ? 'ours' : 'older build',
  open: async () => weigh(folder === undefined ? thisBuild : await buildIn(folder)),
});

async function weigh({ migrations, migrate, connectPostgres, worldOn }: Build): Promise<Opened> {
  const server = await startOwnPostgres();
  return {
    async round({ scale }): Promise<Figures> {
      const database = await freshDatabase(server.dsn);
      await migrate(database.dsn, migrations, silent);
      const sql = connectPostgres({ dsn: database.dsn, name: 'stored-bytes', log: silent });
      try {
        await growMessages(worldOn(sql), Math.round(MESSAGES * scale));
        const [weights] = await administer<Weights>(database.dsn, WEIGHED, [BESIDE]);
        const { count, whole, rows, indexes, toast, beside } = weights as Weights;
        return {
          values: {
            'bytes/message': (whole + beside) / count,
            'row bytes/message': rows / count,
            'index bytes/message': indexes / count,
            'TOAST bytes/message': toast / count,
          },
          cpu: {},
        };
      } finally {
        await sql.close();
        await database.drop();
      }
    },
    close: server.stop,
  };
}
