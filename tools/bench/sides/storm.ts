/** Thousands of connections that come back at once to one gateway, with messages to catch up on, while others talk. */
import { randomBytes } from 'node:crypto';
import type { Side } from '../bench-case.js';
import type { StormPlan, StormResult } from '../load/storm-load.js';
import { inProcess } from '../load/worker.js';
import { ONE_OF_EACH } from './fleet.js';
import { chats, type Person, people } from './population.js';
import { type Acknowledged, storageFaults } from './stored.js';

const CROWD = 5_000;
const CHATS_EACH = 5;
const MESSAGES_A_CHAT = 20;
const SEEN = 15;
const PAIRS = 25;
const RATE = 100;

const MESSAGES = `
with said as (
  insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
  select m.chat_id, n, gen_random_uuid(), 'old.' || n, m.user_id, repeat('x', 100), now()
  from (select distinct on (chat_id) chat_id, user_id from members where chat_id = any ($1::uuid[])) m,
    generate_series(1, ${MESSAGES_A_CHAT}) n
)
update chats set last_seq = ${MESSAGES_A_CHAT} where id = any ($1::uuid[])`;

export const stormSide: Side = {
  name: 'ours',
  async open(stage) {
    const lease = await stage.fleet(ONE_OF_EACH);
    if ('missing' in lease) return lease;
    const { deployment } = lease;
    const services = deployment.services!;
    const count = CROWD * stage.options.length.scale;
    const everybody = await people(deployment, count);
    const memberOf = (at: number) => Array.from({ length: CHATS_EACH }, (_, next) => (at + next) % count);
    const memberships = everybody.map((_, at) => memberOf(at).map(member => everybody[member]!));
    const chatIds = await chats(services, memberships);
    await services.query(MESSAGES, [chatIds]);
    const crowd = everybody.map(({ token }, at) => {
      const own = memberOf(at).map(next => chatIds[(2 * at - next + count) % count]!);
      return { token, cursors: Object.fromEntries(own.map(id => [id, SEEN])) };
    });
    const talkers = await people(deployment, 2 * PAIRS);
    const pairs = Array.from({ length: PAIRS }, (_, pair) => talkers.slice(2 * pair, 2 * pair + 2));
    const pairIds = await chats(services, pairs);
    const flows = pairIds.map((chatId, at) => ({ chatId, sender: 2 * at, receivers: [2 * at + 1] }));
    const tokens = (of: readonly Person[]) => of.map(({ token }) => token);
    return {
      async round() {
        const gateway = deployment.one('gateway');
        const tag = `t${randomBytes(4).toString('hex')}`;
        const { watched } = lease;
        const plan: StormPlan = { url: gateway.url, crowd, talkers: tokens(talkers), flows, tag, rate: RATE, watched };
        const result = await inProcess<StormPlan, StormResult>(new URL('../load/storm-load.js', import.meta.url), plan);
        const { cpu, refusals, liveP50, liveP99 } = result;
        const acknowledged = result.seqs.map((seqs, at): Acknowledged => {
          return { chatId: pairIds[at]!, prefix: `${tag}.${at}`, seqs };
        });
        const faults = [...result.faults, ...(await storageFaults(services, acknowledged))];
        if (!deployment.processes.includes(gateway)) faults.push('the gateway has ended');
        if (faults.length > 0) throw new Error(faults.join('\n'));
        return {
          values: {
            'all back and synced s': cpu.seconds,
            'live arrival p50 ms': liveP50,
            'live arrival p99 ms': liveP99,
            refusals,
          },
          cpu: Object.fromEntries(Object.entries(cpu.us).map(([name, us]) => [name, us / count])),
          otherCores: cpu.otherCores,
        };
      },
      close: lease.close,
    };
  },
};
