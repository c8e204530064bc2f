/**
 * Millions of messages become partitioned while people write, and the command is killed on the way:
 * ROWS=10000000 npx mocha dist/test/drivers/partition-move.test.js
 * Tells how long it takes, and whoever writes waits. Takes minutes, so it runs only where ROWS says how many messages. The server
 * is one of its own with autovacuum, or that of SERVER.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { PARTITIONED } from '#functions/stores/partitioned.js';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { partition } from '#runtime/drivers/postgres/partitioning/partition.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { memoryLog } from '../support/log.js';
import { fill, fillChanges } from '../support/millions.js';
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.js';
import { administer, freshDatabase } from '../support/postgres.js';
import { message, worldOn } from '../support/world.js';
import { placeOf, recorded } from './plans.contract.js';

const MIGRATIONS = new URL('../../../functions/migrations/', import.meta.url);
const ROWS = Number(process.env.ROWS ?? 0);
const PARTITIONS = Number(process.env.PARTITIONS ?? 16);
const RATE = Number(process.env.RATE ?? 60);
/** Of what is written so much goes to the busiest chat. */
const BUSY = 0.1;
/** So long is looked at what writers wait for before and afterwards. */
const BASELINE_MS = 20_000;
const KILLED_AFTER_MS = [10_000, 20_000, 40_000];

const MEMBERS = `
select c.id, array_agg(m.user_id) as users from (select id from chats where last_seq > 5 order by id limit 400) c
  join members m on m.chat_id = c.id and m.left_at is null group by c.id`;

// Takes minutes: only for who asks.
if (ROWS > 0)
  describe(`${ROWS.toLocaleString('en')} messages that become partitioned`, function () {
    this.timeout(7_200_000);
    let server: OwnPostgres | undefined;

    after(() => server?.remove());

    it('are all there, each once, whoever writes meanwhile, and whatever is killed', async () => {
      if (!process.env.SERVER) {
        server = await ownPostgres({ settings: ['shared_buffers=2GB', 'max_wal_size=4GB', 'fsync=on'] });
        await server.start();
      }
      const { dsn, drop } = await freshDatabase(process.env.SERVER ?? (server?.dsn as string));
      const log = memoryLog();
      await migrate(dsn, MIGRATIONS, log);
      const sql = connectPostgres({ dsn, name: 'writers', log, max: 6 });
      const [busy, owner] = placeOf(await recorded(sql));
      await fill(dsn, ROWS, busy, true);
      await fillChanges(dsn, busy, owner);
      console.log('filled');

      const world = worldOn(sql);
      const chats = await sql.query<{ id: string; users: string[] }>('members', MEMBERS);
      const busiest = { id: busy, users: [owner] };
      const acknowledged: [chatId: string, seq: number, id: string][] = [];
      const failures: unknown[] = [];
      let waited: number[] = [];
      async function write(n: number): Promise<void> {
        const { id, users } = Math.random() < BUSY ? busiest : (chats[n % chats.length] as (typeof chats)[number]);
        const began = performance.now();
        const [sent] = await world.messages.append([message(id, users[n % users.length] as string)]);
        if (sent && 'id' in sent) acknowledged.push([sent.chatId, sent.seq, sent.id]);
        waited.push(performance.now() - began);
      }
      const begun: Promise<void>[] = [];
      const timer = setInterval(
        () => begun.push(write(begun.length).catch(error => void failures.push(error))),
        1000 / RATE,
      );
      const told = (what: string): void => {
        const sorted = waited.sort((a, b) => a - b);
        const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
        console.log(
          `${what}: ${sorted.length} stored, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(0.99999)} ms`,
        );
        waited = [];
      };
      await sleep(BASELINE_MS);
      told('before');

      const go = () => partition({ dsn, spec: PARTITIONED, log }, { partitions: PARTITIONS });
      const started = performance.now();
      for (const ms of KILLED_AFTER_MS) {
        const ended = go().catch(() => {});
        await Promise.race([ended, sleep(ms)]);
        await administer(
          dsn,
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'partition'",
        );
        await ended;
      }
      await go();
      console.log(`moved and compared in ${Math.round((performance.now() - started) / 1000)} s`);
      told('meanwhile');
      const exchanged = log.lines.find(({ message }) => message.includes('taken the place'));
      console.log('held all for', exchanged?.fields);
      await sleep(BASELINE_MS);
      told('afterwards');
      clearInterval(timer);
      await Promise.all(begun);

      expect(failures).to.deep.equal([]);
      const lost = await sql.query(
        'lost',
        `select t.* from unnest($1::uuid[], $2::bigint[], $3::uuid[]) as t (chat_id, seq, id) where not exists (
          select from messages m where m.chat_id = t.chat_id and m.seq = t.seq and m.id = t.id)`,
        [0, 1, 2].map(column => acknowledged.map(row => row[column])),
      );
      expect(lost).to.deep.equal([]);
      const holes = await administer(
        dsn,
        `select c.id from chats c join (select chat_id, count(*) from messages group by chat_id) m on m.chat_id = c.id
        where m.count <> c.last_seq`,
      );
      expect(holes).to.deep.equal([]);
      await sql.close();
      await drop();
    });
  });
