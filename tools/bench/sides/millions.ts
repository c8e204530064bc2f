/** Storing and syncing among a million messages, and among ten, by plans that were made when there were none. */
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { fill } from '#support/millions.js';
import { administer, freshDatabase } from '#support/postgres.js';
import { silent } from '#support/silent.js';
import { message, worldOn } from '#support/world.js';
import type { Side } from '../bench-case.js';
import { latencies } from '../measure/latencies.js';
import { thisBuild } from './build.js';
import { startOwnPostgres } from './own-postgres.js';

const SIZES = [
  { name: 'a million', messages: 1_000_000 },
  { name: 'ten million', messages: 10_000_000 },
];
const TIMES = 300;
/** Of a batch that is stored: so many messages in chats of two, and so many in the busiest one. */
const [FEW, BUSY] = [20, 5];
/** Of each of their chats, by who comes back. */
const MISSED = 5;

const ANY = `
select c.id, m.user_id as "userId" from chats c
  cross join lateral (select user_id from members where chat_id = c.id limit 1) m
where c.member_count = 2 order by random() limit $1`;

const CURSORS = `
select c.id, greatest(c.last_seq - $2, 0) as seq from members m join chats c on c.id = m.chat_id where m.user_id = $1`;

interface Place {
  readonly id: string;
  readonly userId: string;
}

export const millionsSide: Side = {
  name: 'own server, defaults',
  async open() {
    const server = await startOwnPostgres();
    return {
      async round({ scale }) {
        const database = await freshDatabase(server.dsn);
        await migrate(database.dsn, thisBuild.migrations, silent);
        const sql = connectPostgres({ dsn: database.dsn, name: 'millions', log: silent, max: 1 });
        const { messages, group, people } = worldOn(sql);
        const [owner = '', other = ''] = await people(2);
        const busy = await group([owner, other]);

        async function store(places: readonly Place[]): Promise<number> {
          const batch = Array.from({ length: FEW }, () => {
            const { id, userId } = places[Math.floor(Math.random() * places.length)] as Place;
            return message(id, userId);
          });
          const said = Array.from({ length: BUSY }, () => message(busy, owner));
          const began = performance.now();
          const answers = await messages.append([...batch, ...said]);
          if (answers.some(answer => 'refused' in answer)) throw new Error('a message was refused');
          return (performance.now() - began) / (FEW + BUSY);
        }

        async function sync({ userId }: Place): Promise<number> {
          const rows = await administer<{ id: string; seq: number }>(database.dsn, CURSORS, [userId, MISSED]);
          const began = performance.now();
          const { chats } = await messages.sync(userId, Object.fromEntries(rows.map(({ id, seq }) => [id, seq])), 50);
          if (chats.length !== rows.length) throw new Error('a chat is missing');
          return performance.now() - began;
        }

        async function median(work: (places: readonly Place[]) => Promise<number>): Promise<number> {
          const places = await administer<Place>(database.dsn, ANY, [TIMES]);
          const taken = latencies();
          for (let count = 0; count < TIMES; count += 1) taken.add(await work(places.slice(count).concat(places)));
          return 1_000 * taken.percentile(0.5);
        }

        const values: Record<string, number> = {};
        try {
          // Planned once, here.
          await store([{ id: busy, userId: owner }]);
          await sync({ id: busy, userId: owner });
          let stored = 0;
          for (const { name, messages: count } of SIZES) {
            await fill(database.dsn, Math.round(count * scale) - stored, busy);
            stored = Math.round(count * scale);
            // Or the server would still be writing while it is asked.
            await administer(database.dsn, 'checkpoint');
            values[`store µs a message among ${name}`] = await median(store);
            values[`sync µs among ${name}`] = await median(([place]) => sync(place as Place));
          }
          for (const what of ['store µs a message', 'sync µs']) {
            const [few = Number.NaN, many = Number.NaN] = SIZES.map(({ name }) => values[`${what} among ${name}`]);
            values[`${what}, times as many`] = many / few;
          }
          return { values, cpu: {} };
        } finally {
          await sql.close();
          await database.drop();
        }
      },
      close: server.stop,
    };
  },
};
