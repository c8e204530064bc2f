import { expect } from 'chai';
import { PARTITIONED } from '#functions/stores/partitioned.js';
import { Failure } from '#runtime/contract/failure.js';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { partition, undoPartition } from '#runtime/drivers/postgres/partitioning/partition.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { eventually } from '../support/eventually.js';
import { memoryLog } from '../support/log.js';
import { ownPostgres } from '../support/new-server.js';
import { administer, freshDatabase } from '../support/postgres.js';
import { message, minute, type World, worldOn } from '../support/world.js';

const MIGRATIONS = new URL('../../../functions/migrations/', import.meta.url);
const TABLES = PARTITIONED.tables.map(({ name }) => name);

describe('partitioning', function () {
  this.timeout(60_000);
  const server = ownPostgres();
  let dsn: string;
  let sql: ReturnType<typeof connectPostgres>;
  let world: World;

  const log = memoryLog();
  const go = (options: Partial<Parameters<typeof partition>[1]> = {}) =>
    partition({ dsn, spec: PARTITIONED, log }, { partitions: 4, rest: 0, ...options });
  const failure = (work: Promise<void>): Promise<Failure | undefined> =>
    work.then(
      () => undefined,
      error => error,
    );
  const admin = <Row>(text: string, values?: unknown[]) => administer<Row>(dsn, text, values);
  const kinds = async () =>
    (await admin<{ kind: string }>('select relkind as kind from pg_class where relname = any ($1)', [TABLES])).map(
      ({ kind }) => kind,
    );
  /** What is named like something that is in the way of another time. */
  const leftovers = () =>
    admin(`select relname from pg_class where relname ~ '_(former|parted)$' union all
      select proname from pg_proc where proname ~ '_mirror$' union all select tgname from pg_trigger where tgname ~ '_mirror$'`);

  beforeEach(async () => {
    ({ dsn } = await freshDatabase(server()));
    await migrate(dsn, MIGRATIONS, log);
    sql = connectPostgres({ dsn, name: 'writers', log });
    world = worldOn(sql);
  });

  afterEach(() => sql.close());

  it('makes new tables partitioned at once, as they were otherwise, and is done when asked again', async () => {
    const shape = () =>
      admin(
        `select tablename, replace(replace(indexdef, ' ONLY ', ' '), ', chat_id)', ')') as is from pg_indexes
        where tablename = any ($1) order by indexname`,
        [TABLES],
      );
    const before = await shape();
    await go();
    expect(await kinds()).to.deep.equal(['p', 'p', 'p', 'p']);
    expect(await shape()).to.deep.equal(before);
    await go();
    expect(await leftovers()).to.deep.equal([]);
    await migrate(dsn, MIGRATIONS, log);
  });

  it('loses, doubles and moves nothing that is written meanwhile, killed again and again', async () => {
    const { people, group, messages, changes } = world;
    const mates = await people(4);
    const chats = await Promise.all(Array.from({ length: 12 }, () => group(mates)));
    const owner = mates[0] as string;
    for (const chatId of chats) {
      for (let n = 0; n < 4; n += 1)
        await messages.append(Array.from({ length: 100 }, (_, at) => message(chatId, mates[at % 4] as string)));
    }
    const acknowledged = new Map<string, string>();
    let writing = true;
    /** Writes, edits, reacts and takes back, deletes: in one chat after the other. */
    async function write(who: number): Promise<void> {
      const userId = mates[who] as string;
      for (let n = 0; writing; n += 1) {
        const chatId = chats[(n * 5 + who) % chats.length] as string;
        const mention = { type: 'mention' as const, offset: 0, length: 1, userId: owner };
        const sent = await messages.append([
          message(chatId, userId),
          message(chatId, userId, undefined, n % 3 === 0 ? { entities: [mention] } : {}),
        ]);
        for (const one of sent) if ('id' in one) acknowledged.set(`${one.chatId} ${one.seq}`, one.id);
        const change = { chatId, userId: owner, seq: 1 + ((n * 7 + who) % 380), at: minute(n % 60) };
        await changes.apply([
          { kind: 'react', ...change, userId, emoji: '👍', on: n % 2 === 0 },
          { kind: 'edit', ...change, userId, clientId: `${who} ${n}`, body: `better ${n}` },
          ...(n % 9 === 0 ? [{ kind: 'delete' as const, ...change }] : []),
        ]);
      }
    }
    const writers = [1, 2, 3].map(write);
    let [last, kills, over]: [string | undefined, number, boolean] = [undefined, 0, false];
    while (!over && kills < 4) {
      const ended = failure(go({ most: 100 })).then(error => {
        over = error === undefined;
        return error;
      });
      await eventually('it gets on', async () => {
        const [row] = await admin<{ at: string }>('select phase || owner || number as at from partitioning');
        const before = last;
        last = row?.at;
        return over || (last !== undefined && last !== before);
      });
      if (over) break;
      await admin("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'partition'");
      expect(await ended)
        .to.be.instanceOf(Failure)
        .with.property('code', 'unavailable');
      kills += 1;
    }
    expect(kills).to.be.greaterThan(0);
    await go();
    writing = false;
    await Promise.all(writers);
    expect(await kinds()).to.deep.equal(['p', 'p', 'p', 'p']);
    expect(await leftovers()).to.deep.equal([]);
    expect(acknowledged.size).to.be.greaterThan(20);

    const rows = await admin<{ place: string; id: string }>(`select chat_id || ' ' || seq as place, id from messages`);
    const stored = new Map(rows.map(({ place, id }) => [place, id]));
    expect([...acknowledged].filter(([place, id]) => stored.get(place) !== id)).to.deep.equal([]);
    const holes = `select c.id from chats c where last_seq <> (select count(*) from messages m where m.chat_id = c.id)
      or last_change <> (select max(rev) from messages m where m.chat_id = c.id)`;
    expect(await admin(holes), 'dense').to.deep.equal([]);
    const drift = `select m.seq from messages m cross join lateral (select count(*) as n from reactions r
        where r.chat_id = m.chat_id and r.seq = m.seq) r
      where coalesce((m.reactions->0->>'count')::int, 0) <> r.n`;
    expect(await admin(drift), 'reactions are what messages say').to.deep.equal([]);
    const remains = `select v.seq from messages m join message_versions v using (chat_id, seq) where m.deleted_at is not null`;
    expect(await admin(remains), 'versions of what was deleted').to.deep.equal([]);
    const unsaid = `select n.seq from mentions n join messages m using (chat_id, seq) where m.entities is null`;
    expect(await admin(unsaid), 'mentions of what mentions nobody').to.deep.equal([]);
  });

  it('begins neither beside the version before nor where something would not follow, and can be undone', async () => {
    await admin("update schema_migrations set applied_at = applied_at - interval '1 month' where version < 40");
    expect((await failure(go()))?.message).to.match(/version before/);
    await admin('create view operators as select seq from messages');
    expect((await failure(go({ atOnce: true })))?.message).to.match(/messages has a view operators/);
    await admin('drop view operators');
    const id = await world.group(await world.people(1));
    await admin(
      `insert into messages select $1, n, gen_random_uuid(), n::text, $1, 'body', null, now() from generate_series(1, 9) n`,
      [id],
    );
    // Somebody who holds a chat has it wait, however long that is.
    await sql.transaction(async tx => {
      await tx.query('hold', 'select from chats where id = $1 for update', [id]);
      const waiting = failure(go({ atOnce: true }));
      await eventually('copying is begun', async () => (await admin('select from partitioning')).length > 0);
      await admin("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'partition'");
      await waiting;
    });
    expect((await failure(go({ partitions: 8 })))?.message).to.match(/4 partitions were begun/);
    await admin('alter table messages add column later text');
    expect((await failure(go()))?.message).to.match(/messages has other columns/);
    await undoPartition({ dsn, spec: PARTITIONED, log });
    expect(await leftovers()).to.deep.equal([]);
    await go({ atOnce: true });
    expect(await kinds()).to.deep.equal(['p', 'p', 'p', 'p']);
  });
});
