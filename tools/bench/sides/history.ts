/** Pages of history and syncs through a gateway, one at a time, from a longest chat among many others. */

import { request } from '#support/rest.js';
import type { Services } from '#support/services.js';
import type { Side } from '../bench-case.js';
import { countCpu } from '../measure/cpu.js';
import { latencies } from '../measure/latencies.js';
import { ONE_OF_EACH } from './fleet.js';
import { chats, people } from './population.js';

export interface Volume {
  /** In the longest chat. */
  readonly longest: number;
  /** In all others together. */
  readonly rest: number;
  readonly chats: number;
}

const PAGE = 50;
/** Of each chat, by a client that comes back. */
const MISSED = 5;
const PAGES = 300;
const AT_ONCE = 1_000_000;

/** Of one chat from a seq on, by its members in turn. */
const SAY = `
insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
select m.chat_id, n, gen_random_uuid(), 'm' || n, m.user_id, repeat('x', 100), now()
from (select chat_id, min(user_id::text)::uuid as user_id from members where chat_id = any ($1::uuid[]) group by chat_id) m,
  generate_series($2::int, $3::int) n`;

const COUNT = `
update chats set last_seq = (select count(*) from messages where chat_id = chats.id) where id = any ($1::uuid[])`;

const NAMES = "select pg_get_indexdef('messages_names'::regclass) as definition";

/** Without its two keys, which are made anew when everything is there, the table is filled several times as fast. */
async function write(services: Services, chatIds: readonly string[], { longest, rest }: Volume): Promise<void> {
  const [long, ...others] = chatIds as [string, ...string[]];
  const [names] = await services.query<{ definition: string }>(NAMES);
  await services.query('alter table messages drop constraint messages_pkey');
  await services.query('drop index messages_names');
  for (let from = 1; from <= longest; from += AT_ONCE) {
    await services.query(SAY, [[long], from, Math.min(longest, from + AT_ONCE - 1)]);
  }
  const each = Math.floor(rest / others.length);
  const together = Math.max(1, Math.floor(AT_ONCE / each));
  for (let at = 0; at < others.length; at += together) {
    await services.query(SAY, [others.slice(at, at + together), 1, each]);
  }
  await services.query('alter table messages add primary key (chat_id, seq)');
  await services.query(names!.definition);
  await services.query(COUNT, [chatIds]);
  await services.query('vacuum analyze messages');
  // Or the server would still be writing, for minutes, while it is asked.
  await services.query('checkpoint');
}

export const historySide = (name: string, volume: Volume): Side => ({
  name,
  async open(stage) {
    // Servers of its own room: so many messages would be in the way of everybody else.
    const lease = await stage.fleet({ ...ONE_OF_EACH });
    if ('missing' in lease) return lease;
    const { deployment, gateways } = lease;
    const members = await people(deployment, 5);
    const chatIds = await chats(
      deployment.services!,
      Array.from({ length: volume.chats }, () => members),
    );
    await write(deployment.services!, chatIds, volume);
    const { token } = members[0]!;
    const gateway = gateways[0]!;
    const last = volume.longest;
    const rest = Math.floor(volume.rest / (volume.chats - 1));
    const cursors = Object.fromEntries(chatIds.map((id, at) => [id, (at === 0 ? last : rest) - MISSED]));

    async function timed(times: number, ask: () => ReturnType<typeof request>): Promise<number> {
      const taken = latencies();
      for (let count = 0; count < times; count++) {
        const began = performance.now();
        const { status, body } = await ask();
        taken.add(performance.now() - began);
        if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
      }
      return taken.percentile(0.5);
    }
    const page = () => {
      const before = 2 + Math.floor(Math.random() * last);
      return request(gateway, 'GET', `/v1/chats/${chatIds[0]}/messages?limit=${PAGE}&before=${before}`, { token });
    };
    const sync = () => {
      return request(gateway, 'POST', '/v1/sync', { token, body: { cursors, limit: PAGE } });
    };
    return {
      async round() {
        const count = countCpu(lease.watched);
        const pageMs = await timed(PAGES, page);
        const syncMs = await timed(PAGES, sync);
        const { us, otherCores } = count();
        return {
          values: { 'page p50 ms': pageMs, 'sync p50 ms': syncMs },
          cpu: { gateway: (us.gateway ?? 0) / (2 * PAGES), PostgreSQL: (us.PostgreSQL ?? 0) / (2 * PAGES) },
          otherCores,
        };
      },
      close: lease.close,
    };
  },
});
