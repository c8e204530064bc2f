/** Messages that wait in the queue while no chat-svc is there: one comes, stores them all, and stays small meanwhile. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { messageSent } from '#functions/domain/events.js';
import { queues as specs } from '#functions/services/queues.js';
import { routes } from '#functions/services/routes.js';
import type { Publication } from '#runtime/contract/outcome.js';
import { physicalQueues } from '#runtime/core/partitions.js';
import { createPublisher } from '#runtime/core/publisher.js';
import { targetsOf } from '#runtime/core/targets.js';
import { connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { eventually } from '../support/eventually.js';
import { type Running, runImage, startImage } from '../support/processes.js';
import { showOnFailure } from '../support/report.js';
import { claimServices, type Services } from '../support/services.js';
import { silent } from '../support/silent.js';
import { worldOn } from '../support/world.js';

const MOST_MB = 250;
const CHATS = 100;

/** How many messages, and what they say. */
const BACKLOGS = {
  '50,000 messages of a line': { count: 50_000, body: (n: number) => `line ${n}: ${'word '.repeat(n % 40)}` },
  '5,000 messages of the longest kind': { count: 5_000, body: () => '漢'.repeat(4_096) },
};

describe('messages that wait for a chat-svc', function () {
  this.timeout(120_000);
  let services: Services;
  let env: Readonly<Record<string, string>>;
  let chatSvc: Running | undefined;
  let chats: string[];
  let senders: string[];

  before(async function () {
    const claimed = await claimServices();
    if ('missing' in claimed) {
      if (process.env.CI === 'true') throw new Error(`real servers are missing: ${claimed.missing}`);
      console.warn(`SKIPPED: messages that wait for a chat-svc, because of ${claimed.missing}`);
      return this.skip();
    }
    services = claimed;
    env = { DSN: services.dsn, REDIS_ADDR: services.redis, AMQP_URL: services.amqp };
    expect((await runImage('migrate', env)).code).to.equal(0);
    const sql = connectPostgres({ dsn: services.dsn, name: 'backlog', log: silent });
    const world = worldOn(sql);
    senders = await world.people(10);
    chats = await Promise.all(Array.from({ length: CHATS }, () => world.group(senders)));
    await sql.close();
  });
  showOnFailure(() => chatSvc && { processes: [chatSvc] });
  afterEach(async () => {
    await chatSvc?.stop();
    await services.query('truncate messages');
    await services.query('update chats set last_seq = 0');
  });
  after(async () => services?.release());

  for (const [what, { count, body }] of Object.entries(BACKLOGS)) {
    it(`${what} are stored once, in order, by one that never takes more than ${MOST_MB} MB`, async () => {
      await publish(count, body);
      const started = Date.now();
      // As it runs for people: counting which lines run takes memory, too.
      chatSvc = await startImage('chat-svc', { ...env, NODE_V8_COVERAGE: '' });
      await eventually('all are stored', async () => (await stored()) === count, { within: 90_000, every: 100 });
      const peak = await peakMb(chatSvc.pid);
      console.info(`      at most ${peak} MB, in ${Date.now() - started} ms from its start`);
      const misplaced = `
        select client_id from (
          select client_id, seq, row_number() over (partition by chat_id order by client_id::int) as place from messages
        ) m where seq <> place`;
      expect(await services.query(misplaced)).to.deep.equal([]);
      expect(peak).to.be.below(MOST_MB);
    });
  }

  const stored = async () => Number((await services.query<{ n: string }>('select count(*) as n from messages'))[0]?.n);

  /** Each in a delivery of its own, as gateways publish what is not sent at the same moment. */
  async function publish(count: number, body: (n: number) => string): Promise<void> {
    const patient = { timeoutMs: 60_000 };
    const queues = connectAmqp({ urls: [services.amqp], name: 'backlog', log: silent, outbox: patient });
    const now = Date.now;
    const publisher = createPublisher({
      ...{ queues, now },
      fanout: memoryFanout(),
      targets: targetsOf({ name: 'gateway', queues: [specs.messages], routes }),
      source: '/gateway',
      newId: randomUUID,
    });
    try {
      await queues.declare(physicalQueues(specs.messages));
      for (let n = 0; n < count; ) {
        const published = [];
        for (const until = Math.min(n + 2_000, count); n < until; n++) {
          published.push(publisher.publish([submission(n, body(n))]));
          await new Promise(setImmediate);
        }
        await Promise.all(published);
      }
    } finally {
      await queues.close();
    }
  }

  function submission(n: number, body: string): Publication {
    const chatId = chats[n % CHATS]!;
    const id = randomUUID();
    const sentAt = new Date().toISOString();
    const data = { id, chatId, clientId: `${n}`, senderId: senders[n % senders.length]!, body, replyTo: null, sentAt };
    return messageSent(data, { id });
  }
});

/** The most that it has been at any time, where the operating system remembers; now, where it does not. */
async function peakMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, peak] = /VmHWM:\s+(\d+) kB/.exec(status) ?? [];
  const kb = peak ?? (await promisify(execFile)('ps', ['-o', 'rss=', '-p', `${pid}`])).stdout;
  return Math.round(Number(kb) / 1024);
}
