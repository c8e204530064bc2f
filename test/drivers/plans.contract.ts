/** The hot queries read by index however much there is: their plans on a database with tens of thousands of rows. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Sql } from '#runtime/contract/ports.js';
import { withQuery } from '../support/replaced-sql.js';
import { message, minute, type World, worldOn } from '../support/world.js';
import { argumentsOf, nodesOf, type Plan, TABLES, tableOf } from './explain.js';

/** What the database would do for these parameters, and what it would do without looking at them. */
export async function plansOf(sql: Sql, text: string, values: readonly unknown[], also = ''): Promise<Plan[]> {
  return sql.transaction(async tx => {
    const name = `p${randomUUID().replaceAll('-', '')}`;
    await tx.query(`${name}-prepare`, `prepare ${name} as ${text}`);
    const plans: Plan[] = [];
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await tx.query(`${name}-${mode}`, `set local plan_cache_mode = ${mode}`);
      const explain = `explain (${also}format json) execute ${name}${argumentsOf(values)}`;
      const [row] = await tx.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(`${name}-${mode}-explain`, explain);
      plans.push(row?.['QUERY PLAN'][0]?.Plan as Plan);
    }
    return plans;
  });
}

const LOAD = `
with people as (
  insert into users (id, email, username, display_name, password_hash, created_at)
  select gen_random_uuid(), 'load' || n || '@example.org', 'u' || left(md5(n::text), 9), left(md5('d' || n), 9), 'h', now()
  from generate_series(1, 3000) n returning id
), numbered as (
  select id, row_number() over () as n from people
), groups as (
  insert into chats (id, type, created_at, active_at, last_seq, member_count)
  select gen_random_uuid(), 'group', now(), now(), 4, 3 from generate_series(1, 10000) returning id
), belong as (
  insert into members (chat_id, user_id, role, joined_at)
  select g.id, p.id, 'member', now()
  from (select id, row_number() over () as n from groups) g join numbered p on p.n % 2000 = g.n % 2000
), signed_in as (
  insert into sessions (id, user_id, refresh_digest, created_at, last_used_at, expires_at)
  select gen_random_uuid(), id, md5(id::text), now(), now(), now() + interval '1 day' from numbered returning id
), used as (
  insert into used_refresh_digests select md5('u' || id), id from signed_in
), live as (
  insert into live_refresh_digests select md5('l' || id || n), id, md5('l' || id), now()
  from signed_in, generate_series(1, 1) n
)
insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
select g.id, s, gen_random_uuid(), 'c' || s, gen_random_uuid(), 'body', now() from groups g, generate_series(1, 4) s`;

export function plansContract(world: () => World): void {
  describe('plans', () => {
    it('use indexes in all queries of the stores, with 3 000 users, 10 000 chats and 40 000 messages', async () => {
      const { sql } = world();
      await sql.query('test-load', LOAD);
      for (const table of TABLES) await sql.query(`test-analyze-${table}`, `analyze ${table}`);

      const asked = await recorded(sql);

      expect(await scansOf(sql, asked)).to.deep.equal([]);
      expect(asked.size).to.be.greaterThan(30);
    });

    it('name people from a dozen pages each, also with 100 000 memberships more', async () => {
      const { sql, people, group } = world();
      const mates = await people(200);
      const asker = mates[0] as string;
      await group(mates);
      const crowd = (await sql.query<{ id: string }>('test-crowd', CROWD)).map(({ id }) => id);
      for (const table of TABLES) await sql.query(`test-analyze-crowd-${table}`, `analyze ${table}`);
      const most = mates.length * 14;
      const naming = (userId: string, others: readonly string[]) =>
        blocksOf(sql, ({ users }) => users.named(userId, others));
      expect(await naming(asker, mates), 'mates').to.be.at.most(most);
      expect(await naming(crowd[0] as string, crowd), 'who shares a hundred groups').to.be.at.most(most);
      // Of a stranger all chats are looked at, and these have a hundred.
      expect(await naming(asker, crowd), 'strangers').to.be.at.most(most + crowd.length * 100);
    });

    it('tell the newest of 10 000 own states, and pages beside much that is hidden, from what is told', async () => {
      const { sql, people, group, messages } = world();
      const [me, other] = (await people(2)) as [string, string];
      const [id, busy] = await Promise.all([group([me, other]), group([me, other])]);
      await messages.append([message(id, other), message(busy, other)]);
      await sql.query('test-own-states', OWN_STATES, [me]);
      await sql.query('test-much-hidden', MUCH_HIDDEN, [busy, other, me]);
      for (const table of TABLES) await sql.query(`test-analyze-own-${table}`, `analyze ${table}`);
      const blocks = (ask: Parameters<typeof blocksOf>[1]) => blocksOf(sql, ask);
      expect(await blocks(({ ownState }) => ownState.since(me, 9_998)), 'since').to.be.at.most(20);
      const page = await blocks(world => world.messages.page(id, me, { limit: 50 }));
      // The stretches are read, of which a chat has a thousand, and each message between two of them is looked up.
      const hidden = 30 + 50 * 5;
      for (const range of [{}, { before: 30_010 }, { after: 5 }, { after: 5, before: 30_010 }]) {
        const read = await blocks(world => world.messages.page(busy, me, { limit: 50, ...range }));
        expect(read, JSON.stringify(range)).to.be.at.most(page + hidden);
      }
      expect(await blocks(({ chats }) => chats.view(busy, me)), 'view').to.be.at.most(60);
    });
  });
}

export type Statements = ReadonlyMap<string, { readonly text: string; readonly values: readonly unknown[] }>;

/** The chat that statements were recorded in, and its owner. */
export const placeOf = (statements: Statements): [chatId: string, userId: string] =>
  (statements.get('members-standing')?.values ?? []) as [string, string];

/** Tables that are read from one end to the other, and by which statement. */
export async function scansOf(sql: Sql, asked: Statements): Promise<string[]> {
  const scans: string[] = [];
  for (const [name, { text, values }] of asked) {
    for (const plan of await plansOf(sql, text, values)) {
      for (const node of nodesOf(plan)) {
        const table = tableOf(node);
        if (node['Node Type'] === 'Seq Scan' && TABLES.includes(table)) scans.push(`${name}: ${table}`);
      }
    }
  }
  return scans;
}

/** Every statement of the stores, with values that it was once asked with. */
export const recorded = (sql: Sql): Promise<Statements> => recordedOf(sql, useEverything);

/** The statements of this use. */
export async function recordedOf(sql: Sql, use: (sql: Sql) => Promise<void>): Promise<Statements> {
  const asked = new Map<string, { text: string; values: readonly unknown[] }>();
  const recording =
    (target: Pick<Sql, 'query'>): Sql['query'] =>
    (name, text, values = []) => {
      asked.set(name, { text, values });
      return target.query(name, text, values);
    };
  const transaction: Sql['transaction'] = work => sql.transaction(tx => work({ query: recording(tx) }));
  await use(withQuery({ transaction }, recording(sql)));
  return asked;
}

/** Pages touched by the first statement of what is asked, by the worse of the two plans. */
async function blocksOf(sql: Sql, ask: (world: World) => Promise<unknown>): Promise<number> {
  let text = '';
  let values: readonly unknown[] = [];
  const asking = worldOn(
    withQuery(sql, async (_, asked, given = []) => {
      text ||= asked;
      if (text === asked) values = given;
      return [];
    }),
  );
  // There is no answer.
  await ask(asking).catch(() => undefined);
  const plans = (await plansOf(sql, text, values, 'analyze, buffers, ')) as Measured[];
  return Math.max(...plans.map(plan => plan['Shared Hit Blocks'] + plan['Shared Read Blocks']));
}

interface Measured extends Plan {
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
}

const CROWD = `
with crowd as (
  insert into users (id, email, username, display_name, password_hash, created_at)
  select gen_random_uuid(), 'crowd' || n || '@example.org', 'c' || left(md5(n::text), 9), 'C', 'h', now()
  from generate_series(1, 1000) n returning id
), numbered as (
  select id, row_number() over () as n from crowd
), groups as (
  insert into chats (id, type, created_at, active_at, member_count)
  select gen_random_uuid(), 'group', now(), now(), 1000 from generate_series(1, 100) returning id
), belong as (
  insert into members (chat_id, user_id, role, joined_at) select g.id, p.id, 'member', now() from groups g, numbered p
)
select id from numbered where n <= 200`;

const OWN_STATES = `
with made as (
  insert into chats (id, type, created_at, active_at, member_count)
  select gen_random_uuid(), 'group', now(), now(), 1 from generate_series(1, 10000) returning id
), counted as (
  update users set last_note = 10000 where id = $1
)
insert into members (chat_id, user_id, role, joined_at, pinned, rev)
select id, $1, 'owner', now(), true, row_number() over () from made`;

/** 32,000 messages: but for three, the first 30,000 are hidden, and then every second one. */
const MUCH_HIDDEN = `
with said as (
  insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
  select $1, n, gen_random_uuid(), 'h' || n, $2, 'body', now() from generate_series(2, 32000) n
), moved as (
  update chats set last_seq = 32000 where id = $1
), mine as (
  update members set hidden_to = 31998 where chat_id = $1 and user_id = $3
)
insert into hidden (chat_id, user_id, from_seq, to_seq, rev)
select $1::uuid, $3::uuid, 4, 30000, 1
union all select $1, $3, 30000 + 2 * n, 30000 + 2 * n, 1 from generate_series(2, 999) n`;

async function useEverything(sql: Sql): Promise<void> {
  const {
    users,
    sessions,
    chats,
    members,
    messages,
    ownState,
    approaches,
    accessChanges,
    changes,
    mediaReads,
    people,
    group,
  } = worldOn(sql);
  const [a, b] = (await people(2)) as [string, string];
  await users.credentials('load7@example.org');
  await users.profile(a);
  await users.isEmpty();
  await users.rehash(a, 'hash', 'hash');
  await users.update(a, { displayName: 'Neu' });
  await users.search('7c1', a);
  await users.existing([a, b]);
  await users.named(a, [a, b]);
  await users.setLastSeen(a, minute(1));
  await users.lastSeen([a, b]);
  const session = { id: randomUUID(), userId: a, device: null, refreshDigest: randomUUID(), createdAt: minute(0) };
  await sessions.create({ ...session, expiresAt: minute(50), network: null });
  const nextDigest = randomUUID();
  const exchange = { digest: session.refreshDigest, nextDigest, now: minute(1), expiresAt: minute(50), network: null };
  await sessions.rotate(exchange);
  await sessions.rotate({ ...exchange, digest: nextDigest, nextDigest: randomUUID() });
  await sessions.rotate(exchange);
  await sessions.knownIn(a, 'home');
  await sessions.knownOn(a, nextDigest);
  await sessions.active(session.id, a, minute(1));
  await sessions.list(a, minute(1));
  await sessions.revoke(session.id, a, minute(1));
  const id = await group([a]);
  const both = { ownerId: a, memberIds: [a, b], createdAt: minute(0) };
  for (let twice = 0; twice < 2; twice += 1) {
    await chats.create({ id: randomUUID(), type: 'direct', title: null, ...both });
  }
  await chats.list(a, { limit: 50 });
  await chats.update(id, { title: 'new' });
  await chats.idsOf(a);
  await chats.presenceIdsOf(a);
  await chats.direct(a, b);
  await members.standing(id, a);
  await members.sharing(a, [b]);
  await members.visible(a, [b]);
  await members.strangers(a, [b]);
  await approaches.take([a, b], minute(1));
  await members.add(id, b, minute(1));
  await members.setRole(id, b, 'admin');
  await messages.append(Array.from({ length: 100 }, (_, n) => message(id, n % 2 ? a : b)));
  await messages.append([a, b].map(sender => message(id, sender, undefined, { draftAt: minute(1) })));
  const mention = { type: 'mention' as const, offset: 0, length: 1 };
  await messages.append([a, b].map(userId => message(id, a, undefined, { entities: [{ ...mention, userId }] })));
  await messages.append([message(id, a, undefined, { body: '', forward: { chatId: id, seq: 1 } })]);
  await members.mentionable([{ chatId: id, senderId: a, names: ['u1', 'all'] }]);
  await members.markRead([{ chatId: id, userId: a, seq: 1 }]);
  await members.markDelivered([{ chatId: id, userId: a, seq: 1 }]);
  await messages.sync(a, { [id]: 1 }, 50);
  await ownState.update(a, id, { pinned: true, draft: { body: 'a', at: minute(1) } }, minute(1));
  await ownState.hide(a, id, { from: 3, to: 5 });
  await messages.page(id, a, { limit: 50 });
  await messages.page(id, a, { after: 1, limit: 50 });
  await ownState.of([{ chatId: id, userId: a }]);
  await ownState.since(a, 0);
  await chats.view(id, a);
  await chats.readersOf(id);
  await chats.update(id, { keepVersions: true });
  const change = { chatId: id, userId: a, at: minute(2) };
  await changes.apply([
    { kind: 'react', ...change, seq: 2, emoji: '👍', on: true },
    { kind: 'edit', ...change, seq: 2, clientId: 'edit', body: 'better' },
    { kind: 'pin', ...change, seq: 4, on: true },
  ]);
  await changes.apply([
    { kind: 'react', ...change, seq: 2, emoji: '👍', on: false },
    { kind: 'react', ...change, seq: 6, emoji: '👍', on: true },
    { kind: 'edit', ...change, seq: 2, clientId: 'another', body: 'best' },
    { kind: 'pin', ...change, seq: 4, on: false },
    { kind: 'delete', ...change, seq: 8 },
  ]);
  await messages.sync(a, { [id]: { seq: 20, change: 1 } }, 50);
  await changes.reactors({ chatId: id, seq: 6 }, a, { limit: 50 });
  await changes.versions({ chatId: id, seq: 2 }, a);
  await changes.pins(id, a);
  await chats.update(id, { keepVersions: false });
  await members.remove(id, b, minute(2), false);
  await members.add(id, b, minute(2));
  await members.remove(id, a, minute(2), false);
  await accessChanges.due(0, 10);
  await accessChanges.done([1, 2]);
  await mediaReads.readable(randomUUID(), a);
}
