/** A PostgreSQL server of its own, with everything as it is unless told otherwise, that grows from nothing under load. */
import { growMessages } from '#support/growth.js';
import { freshDatabase } from '#support/postgres.js';
import { silent } from '#support/silent.js';
import type { Figures, Opened, Side } from '../bench-case.js';
import { type Build, buildIn, thisBuild } from './build.js';
import { startOwnPostgres } from './own-postgres.js';

const MESSAGES = 1_000_000;
/** What was stored while there were fewer than this, and no fewer than the one before. */
const SIZES = [1_000, 10_000, 100_000, Number.POSITIVE_INFINITY];

const nameOf = (size: number, at: number) => (at + 1 < SIZES.length ? `below ${size}` : `above ${SIZES[at - 1]}`);

/** `folder` is that of an older build. */
export const growthSide = (folder?: string): Side => ({
  name: folder === undefined ? 'ours' : 'older build',
  open: async () => grow(folder === undefined ? thisBuild : await buildIn(folder)),
});

async function grow({ migrations, migrate, connectPostgres, worldOn }: Build): Promise<Opened> {
  const server = await startOwnPostgres();
  return {
    async round({ scale }): Promise<Figures> {
      const database = await freshDatabase(server.dsn);
      await migrate(database.dsn, migrations, silent);
      const sql = connectPostgres({ dsn: database.dsn, name: 'growth', log: silent });
      const spent = SIZES.map(() => ({ messages: 0, ms: 0 }));
      let longest = 0;
      let last = performance.now();
      let began = last;
      try {
        await growMessages(worldOn(sql), Math.round(MESSAGES * scale), (count, { size }) => {
          const now = performance.now();
          if (count === size) began = now;
          const of = spent[SIZES.findIndex(each => count <= each)];
          if (of) {
            of.messages += size;
            of.ms += now - last;
          }
          if (count > size) longest = Math.max(longest, now - last);
          last = now;
        });
      } finally {
        await sql.close();
        await database.drop();
      }
      const used = spent
        .map((each, at) => ({ ...each, name: nameOf(SIZES[at] as number, at) }))
        .filter(each => each.messages > 0);
      return {
        values: {
          ...Object.fromEntries(
            used.map(({ name, messages, ms }) => [`µs a message ${name}`, (1_000 * ms) / messages]),
          ),
          'longest pause ms': longest,
          'messages/s': (1_000 * MESSAGES * scale) / (last - began),
        },
        cpu: {},
      };
    },
    close: server.stop,
  };
}
