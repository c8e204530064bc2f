/** What one message weighs, as the servers themselves count: in the table, in the log, and on the wires to and from them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import type { Services } from '#support/services.js';
import type { Side } from '../bench-case.js';
import { BODY } from '../load/traffic.js';
import { chatSide, type Talk } from './chat.js';
import { ONE_OF_EACH } from './fleet.js';

const talk: Talk = { chats: 50, members: 10, inFlight: 0, rate: 500 };

const run = promisify(execFile);

/** `folder` is that of an older build. */
export const bytesSide = (folder?: string): Side => ({
  name: folder === undefined ? 'ours' : 'older build',
  async open(stage) {
    const [lease, talking] = [
      await stage.fleet(ONE_OF_EACH, folder),
      await chatSide(talk, folder === undefined ? {} : { folder }).open(stage),
    ];
    if ('missing' in lease) return lease;
    if ('missing' in talking) return talking;
    const services = lease.deployment.services!;
    return {
      async round(length) {
        const before = await weigh(services);
        const { values, otherCores } = await talking.round(length);
        const after = await weigh(services);
        const each = (of: keyof Weights) => (after[of] - before[of]) / (after.messages - before.messages);
        return {
          values: {
            'body bytes': BODY.length,
            // Of the whole table: what this round added would be rounded up to pages.
            'stored bytes/message': after.stored / after.messages,
            'WAL bytes/message': each('wal'),
            'RabbitMQ bytes/message': each('brokerIn') + each('brokerOut'),
            'RabbitMQ bytes in/message': each('brokerIn'),
            'RabbitMQ bytes out/message': each('brokerOut'),
            'Redis bytes/message': each('redisIn') + each('redisOut'),
            'Redis bytes in/message': each('redisIn'),
            'Redis bytes out/message': each('redisOut'),
            'received bytes/delivery': values['received bytes/delivery']!,
          },
          cpu: {},
          ...(otherCores !== undefined && { otherCores }),
        };
      },
      async close() {
        await talking.close();
        await lease.close();
      },
    };
  },
});

/** Totals so far. Redis counts for all of its numbered databases, and PostgreSQL's log is that of the whole server. */
interface Weights {
  readonly messages: number;
  readonly stored: number;
  readonly wal: number;
  readonly brokerIn: number;
  readonly brokerOut: number;
  readonly redisIn: number;
  readonly redisOut: number;
}

const TABLE = `
select count(*)::float8 as messages, pg_total_relation_size('messages')::float8 as stored,
  pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as wal
from messages`;

async function weigh({ query, redis, amqp }: Services): Promise<Weights> {
  const [table] = await query<Pick<Weights, 'messages' | 'stored' | 'wal'>>(TABLE);
  const client = new Redis(redis);
  const info = await client.info('stats');
  await client.quit();
  const counted = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return {
    ...table!,
    ...(await brokerBytes(new URL(amqp).pathname.slice(1))),
    redisIn: counted('total_net_input_bytes'),
    redisOut: counted('total_net_output_bytes'),
  };
}

/** Of the connections that are open to this virtual host; NaN where the broker cannot be asked. */
async function brokerBytes(host: string): Promise<Pick<Weights, 'brokerIn' | 'brokerOut'>> {
  try {
    const words = ['list_connections', '--quiet', '--formatter', 'json', 'vhost', 'recv_oct', 'send_oct'];
    const { stdout } = await run('rabbitmqctl', words, { timeout: 30_000 });
    const all = JSON.parse(stdout) as { vhost: string; recv_oct: number; send_oct: number }[];
    const own = all.filter(({ vhost }) => vhost === host);
    const sum = (of: 'recv_oct' | 'send_oct') => own.reduce((total, connection) => total + connection[of], 0);
    return { brokerIn: sum('recv_oct'), brokerOut: sum('send_oct') };
  } catch {
    return { brokerIn: Number.NaN, brokerOut: Number.NaN };
  }
}
