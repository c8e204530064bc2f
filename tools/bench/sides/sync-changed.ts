/**
 * A client that comes back and asks until nothing is missing, through a gateway: once it missed the last messages, once
 * changes of messages that lie all over the chat. Both in turns within a round, so that whatever disturbs one does so to
 * the other.
 */
import { request } from '#support/rest.js';
import type { Services } from '#support/services.js';
import type { Side } from '../bench-case.js';
import { countCpu } from '../measure/cpu.js';
import { latencies } from '../measure/latencies.js';
import { ONE_OF_EACH } from './fleet.js';
import { chats, people } from './population.js';

const MESSAGES = 1_000_000;
const MISSED = 1_000;
/** Changes before those that are missed. */
const BEFORE = 20_000;
/** As many as one answer may have. */
const LIMIT = 200;
/** Of each kind in a round, so many one after the other in each turn. */
const [TURNS, TOGETHER] = [8, 5];

const SAY = `
insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
select $1, n, gen_random_uuid(), 'm' || n, $2, repeat('x', 100), now() from generate_series(1, $3::int) n`;

/** Each to another message, far from the one before: the step has no divisor in common with how many there are. */
const CHANGE = `
update messages m set rev = c.n, body = repeat('y', 100), edited_at = now()
from generate_series(1, $2::int) c (n) where m.chat_id = $1 and m.seq = 1 + c.n::bigint * 7919 % $3::int`;

const COUNT = 'update chats set last_seq = $2, last_change = $3 where id = $1';

async function write(services: Services, chatId: string, userId: string, messages: number): Promise<void> {
  await services.query(SAY, [chatId, userId, messages]);
  await services.query(CHANGE, [chatId, BEFORE + MISSED, messages]);
  await services.query(COUNT, [chatId, messages, BEFORE + MISSED]);
  await services.query('vacuum analyze messages');
  // Or the server would still be writing while it is asked.
  await services.query('checkpoint');
}

interface Held {
  readonly seq: number;
  readonly change: number;
}

interface Answer {
  readonly chats: readonly {
    readonly messages: readonly { readonly seq: number }[];
    readonly changed: readonly { readonly seq: number }[];
    readonly changeUpto: number;
    readonly more: boolean;
  }[];
}

export const syncChangedSide: Side = {
  name: 'ours',
  async open(stage) {
    const lease = await stage.fleet({ ...ONE_OF_EACH });
    if ('missing' in lease) return lease;
    const { deployment, gateways } = lease;
    const members = await people(deployment, 3);
    const [chatId = ''] = await chats(deployment.services!, [members]);
    const messages = Math.max(50 * MISSED, Math.round(MESSAGES * stage.options.length.scale));
    await write(deployment.services!, chatId, members[0]!.id, messages);
    const { token } = members[1]!;

    /** Asks as long as there is more; answers how many messages came. */
    async function catchUp(from: Held): Promise<number> {
      let held = from;
      for (let count = 0; ; ) {
        const body = { cursors: { [chatId]: held }, limit: LIMIT };
        const answer = await request(gateways[0]!, 'POST', '/v1/sync', { token, body });
        const [chat] = (answer.body as Answer).chats;
        if (!chat) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
        count += chat.messages.length + chat.changed.length;
        held = { seq: chat.messages.at(-1)?.seq ?? held.seq, change: chat.changeUpto };
        if (!chat.more) return count;
      }
    }

    const kinds = [
      { name: 'new', from: { seq: messages - MISSED, change: BEFORE + MISSED } },
      { name: 'changed', from: { seq: messages, change: BEFORE } },
    ];

    return {
      async round() {
        const spent = kinds.map(kind => ({ ...kind, gateway: 0, PostgreSQL: 0, taken: latencies() }));
        let otherCores = 0;
        for (let turn = 0; turn < TURNS; turn += 1) {
          for (const kind of spent) {
            const count = countCpu(lease.watched);
            for (let n = 0; n < TOGETHER; n += 1) {
              const began = performance.now();
              const found = await catchUp(kind.from);
              kind.taken.add(performance.now() - began);
              if (found !== MISSED) throw new Error(`${found} messages came, and not ${MISSED}`);
            }
            const { us, otherCores: others } = count();
            kind.gateway += us.gateway ?? 0;
            kind.PostgreSQL += us.PostgreSQL ?? 0;
            otherCores = Math.max(otherCores, others);
          }
        }
        const each = (us: number) => us / (TURNS * TOGETHER);
        const costs = spent.map(({ gateway, PostgreSQL }) => gateway + PostgreSQL) as [number, number];
        return {
          values: {
            'server CPU of changed, times that of new': costs[1] / costs[0],
            ...Object.fromEntries(
              spent.flatMap(({ name, taken }, at) => [
                [`server CPU of ${name} ms`, each(costs[at] ?? 0) / 1_000],
                [`${name} p50 ms`, taken.percentile(0.5)],
              ]),
            ),
          },
          cpu: Object.fromEntries(
            spent.flatMap(({ name, gateway, PostgreSQL }) => [
              [`gateway, ${name}`, each(gateway)],
              [`PostgreSQL, ${name}`, each(PostgreSQL)],
            ]),
          ),
          otherCores,
        };
      },
      close: lease.close,
    };
  },
};
