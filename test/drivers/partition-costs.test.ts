/**
 * What partitions cost: the processor time of PostgreSQL for storing, history, sync and lists, with none, 8 and 16, side by side
 * on one server: ROWS=300000 npx mocha dist/test/drivers/partition-costs.test.js
 * Takes minutes, so it runs only where ROWS says how many messages. The server is one of its own, or that of SERVER.
 */
import { readFile } from 'node:fs/promises';
import { PARTITIONED } from '#functions/stores/partitioned.js';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { partition } from '#runtime/drivers/postgres/partitioning/partition.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { LOADING } from '../support/loading.js';
import { memoryLog } from '../support/log.js';
import { fill } from '../support/millions.js';
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.js';
import { freshDatabase } from '../support/postgres.js';
import { message, type World, worldOn } from '../support/world.js';
import { recorded } from './plans.contract.js';

const MIGRATIONS = new URL('../../../functions/migrations/', import.meta.url);
const ROWS = Number(process.env.ROWS ?? 0);
const ROUNDS = Number(process.env.ROUNDS ?? 7);
const LAYOUTS = [0, 8, 16];
const MEMBERS = `
select c.id, min(m.user_id::text)::uuid as "userId" from (select id from chats where last_seq > 20 order by id limit 200) c
  join members m on m.chat_id = c.id and m.left_at is null group by c.id`;

interface Layout {
  readonly partitions: number;
  readonly world: World;
  readonly members: readonly { readonly id: string; readonly userId: string }[];
  cpuMs(): Promise<number>;
  close(): Promise<void>;
}

type Case = readonly [what: string, times: number, ask: (layout: Layout, n: number) => Promise<unknown>];

const chat = ({ members }: Layout, n: number) => members[n % members.length] as Layout['members'][number];
const lone = (layout: Layout, n: number) => {
  const { id, userId } = chat(layout, n);
  return message(id, userId);
};

const CASES: readonly Case[] = [
  ['store one message', 300, (layout, n) => layout.world.messages.append([lone(layout, n)])],
  [
    'store 32 of as many chats',
    40,
    (layout, n) => layout.world.messages.append(Array.from({ length: 32 }, (_, at) => lone(layout, 32 * n + at))),
  ],
  [
    'history, 50 messages',
    150,
    (layout, n) => layout.world.messages.page(chat(layout, n).id, chat(layout, n).userId, { limit: 50 }),
  ],
  [
    'sync, all chats of a person',
    100,
    (layout, n) => {
      const { id, userId } = chat(layout, n);
      return layout.world.messages.sync(userId, { [id]: 10 }, 50);
    },
  ],
  ['list of chats', 100, (layout, n) => layout.world.chats.list(chat(layout, n).userId, { limit: 50 })],
];

// Takes minutes: only for who asks.
if (ROWS > 0)
  describe(`partitions among ${ROWS.toLocaleString('en')} messages`, function () {
    this.timeout(3_600_000);
    let server: OwnPostgres | undefined;

    after(() => server?.remove());

    async function layoutOf(serverDsn: string, partitions: number): Promise<Layout> {
      const { dsn, drop } = await freshDatabase(serverDsn);
      const log = memoryLog();
      await migrate(dsn, MIGRATIONS, log);
      if (partitions > 0) await partition({ dsn, spec: PARTITIONED, log }, { partitions });
      const sql = connectPostgres({ dsn, name: 'costs', log, max: 1, patience: LOADING });
      const busy = (await recorded(sql)).get('members-standing')?.values[0] as string;
      await fill(dsn, ROWS, busy);
      await sql.query('analyze', 'analyze');
      const members = await sql.query<Layout['members'][number]>('members', MEMBERS);
      const [{ pid } = { pid: 0 }] = await sql.query<{ pid: number }>('pid', 'select pg_backend_pid() as pid');
      return {
        ...{ partitions, members, world: worldOn(sql) },
        // Nanoseconds on a processor, as the kernel counts them.
        cpuMs: async () => Number((await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')[0]) / 1e6,
        close: async () => {
          await sql.close();
          await drop();
        },
      };
    }

    it('tells what each costs, as a multiple of none', async () => {
      if (!process.env.SERVER) {
        server = await ownPostgres({ settings: ['shared_buffers=1GB'] });
        await server.start();
      }
      const serverDsn = process.env.SERVER ?? (server?.dsn as string);
      const layouts: Layout[] = [];
      for (const partitions of LAYOUTS) layouts.push(await layoutOf(serverDsn, partitions));
      const least = new Map<string, number>();
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [what, times, ask] of CASES) {
          for (const layout of layouts) {
            const before = await layout.cpuMs();
            for (let n = 0; n < times; n += 1) await ask(layout, n + round * times);
            const each = (1000 * ((await layout.cpuMs()) - before)) / times;
            const key = `${what}, ${layout.partitions}`;
            least.set(key, Math.min(each, least.get(key) ?? Number.POSITIVE_INFINITY));
          }
        }
      }
      for (const [what] of CASES) {
        const [none = 0, ...others] = LAYOUTS.map(partitions => least.get(`${what}, ${partitions}`) ?? 0);
        const told = others.map((us, at) => `${LAYOUTS[at + 1]}: ${Math.round(us)} (${(us / none).toFixed(2)} ×)`);
        console.log(`${what}: none: ${Math.round(none)} µs, ${told.join(', ')}`);
      }
      for (const layout of layouts) await layout.close();
    });
  });
