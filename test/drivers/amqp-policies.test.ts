/** Policies of an operator that take away from what queues promise: which do, and that readiness comes to know of them. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Queues } from '#runtime/contract/ports.js';
import { managementOf, queuesTold } from '#runtime/drivers/amqp/management.js';
import { harmOf } from '#runtime/drivers/amqp/policies.js';
import { connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { rabbitMq } from '#tools/chaos/world/rabbitmq.js';
import { eventually } from '../support/eventually.js';
import { claimServices, type Services } from '../support/services.js';
import { silent } from '../support/silent.js';

const ctl = (...words: string[]) => promisify(execFile)('rabbitmqctl', words, { timeout: 30_000 });

describe('what a policy does to queues', () => {
  const harm = (definition: object, name = 'q', version = '4.0.5') =>
    harmOf([{ name, policy: 'p', effective_policy_definition: definition }], each => each.endsWith('.dlq'), version);

  for (const [key, value] of [
    ['overflow', 'drop-head'],
    ['message-ttl', 60_000],
    ['expires', 60_000],
    ['delivery-limit', 20],
  ] as const) {
    it(`is told with queue, key, value and policy, as of ${key}`, () => {
      const [told, ...others] = harm({ [key]: value });
      expect(told).to.match(new RegExp(`^queue q: ${key}=${value} of policy p [a-z]`));
      expect(others).to.deep.equal([]);
    });
  }

  it('is nothing where it makes publishers wait, or moves and copies queues', () => {
    expect(harm({ overflow: 'reject-publish', 'max-length': 10, 'queue-leader-locator': 'balanced' })).to.deep.equal(
      [],
    );
    for (const none of [{}, [], null, undefined]) expect(harm(none as object)).to.deep.equal([]);
  });

  it('is more to a dead-letter queue, which drops its oldest when it is full', () => {
    expect(harm({ 'max-length': 10 }, 'q.dlq')[0]).to.match(
      /^queue q\.dlq: max-length=10 of policy p drops dead letters$/,
    );
    expect(harm({ 'max-length-bytes': 10, overflow: 'reject-publish' }, 'q.dlq')).to.deep.equal([]);
    expect(harm({ 'message-ttl': 10 }, 'q.dlq')).to.have.length(1);
  });

  it('is no limit to RabbitMQ 4 where the number is negative, and the tightest to those before', () => {
    expect(harm({ 'delivery-limit': -1 }, 'q', '4.0.5')).to.deep.equal([]);
    expect(harm({ 'delivery-limit': -1 }, 'q', '3.10.8')).to.have.length(1);
  });

  it('is told once for all queues that it is the same to, with the operator policy that is in it', () => {
    const queues = ['a', 'b', 'c'].map(name => ({
      name,
      policy: 'p',
      operator_policy: 'o',
      effective_policy_definition: { expires: 5 },
    }));
    expect(harmOf(queues, () => false, '4')).to.deep.equal([
      'queue a and 2 more: expires=5 of policy p and o deletes the queue, with what is in it, while nobody consumes',
    ]);
  });
});

describe('the management API of a broker', () => {
  it('is beside it, unless told otherwise', () => {
    expect(managementOf('amqp://ann:s%40fe@host/a%2Fb')).to.deep.equal({
      url: 'http://host:15672',
      authorization: `Basic ${btoa('ann:s@fe')}`,
      vhost: 'a/b',
      tls: {},
    });
    expect(managementOf('amqps://host')).to.include({ url: 'https://host:15671', vhost: '/' });
    expect(managementOf('amqp://ann:safe@host:5673/v').url).to.equal('http://host:15673');
    const named = managementOf('amqp://ann:safe@host', 'https://watch:only@other/rabbit/');
    expect(named).to.include({ url: 'https://other/rabbit', authorization: `Basic ${btoa('watch:only')}` });
  });
});

describe('policies at a broker without the management API', () => {
  let services: Services;
  let queues: Queues;
  let vhost: string;

  before(async function () {
    const claimed = await claimServices();
    if ('missing' in claimed) {
      if (process.env.CI === 'true') throw new Error(`real servers are missing: ${claimed.missing}`);
      console.warn(`      SKIPPED: policies at a real broker, because of ${claimed.missing}`);
      return this.skip();
    }
    services = claimed;
    vhost = new URL(services.amqp).pathname.slice(1);
  });
  afterEach(() => queues?.close());
  after(() => services?.release());

  it('degrade the queues that they let drop what was confirmed, which work all the same', async () => {
    await ctl(
      'set_policy',
      '-p',
      vhost,
      'all',
      '.*',
      '{"max-length":100000,"overflow":"drop-head"}',
      '--apply-to',
      'queues',
    );
    queues = connectAmqp({ urls: [services.amqp], name: 'test', log: silent, managementUrl: 'off' });
    await queues.declare([{ name: 'chat.messages.0', ordered: true }]);
    const state = await eventually(
      'degraded',
      () => queues.state() !== 'up' && 'degraded' in Object(queues.state()) && queues.state(),
      {
        within: 20_000,
      },
    );
    expect(JSON.stringify(state)).to.match(/chat\.messages\.0.*policy with overflow/);
    await queues.publish('chat.messages.0', '1');
  });
});

describe('policies at a broker with the management API', function () {
  this.timeout(120_000);
  let folder: string;
  let broker: Awaited<ReturnType<typeof rabbitMq>>;
  let queues: Queues;

  before(async function () {
    const found = await promisify(execFile)('which', ['rabbitmq-server']).catch(() => undefined);
    if (!found && process.env.CI === 'true') throw new Error('rabbitmq-server is missing');
    if (!found) {
      console.warn('      SKIPPED: policies told by the management API, because of no rabbitmq-server here');
      return this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-policies-'));
    broker = await rabbitMq(folder, { plugins: ['rabbitmq_management'] });
    await broker.start();
  });
  afterEach(() => queues?.close());
  after(async () => {
    await broker?.kill();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('are told of by name, queue and key, and no more when they are gone', async () => {
    const management = managementOf(broker.url, broker.managementUrl);
    await eventually(
      'the API answers',
      () =>
        queuesTold(management, ['q']).then(
          () => true,
          () => false,
        ),
      { within: 60_000 },
    );
    queues = connectAmqp({ urls: [broker.url], managementUrl: broker.managementUrl, name: 'test', log: silent });
    await queues.declare([
      { name: 'chat.messages.0', ordered: true },
      { name: 'read.receipts', ordered: false },
    ]);
    await eventually('up', () => queues.state() === 'up');
    const policy = { pattern: '^chat', definition: { overflow: 'drop-head' }, 'apply-to': 'queues' };
    const at = `${management.url}/api/policies/%2F/catch-all`;
    const headers = { authorization: management.authorization, 'content-type': 'application/json' };
    expect((await fetch(at, { method: 'PUT', headers, body: JSON.stringify(policy) })).status).to.equal(201);
    const degraded =
      /^queue chat\.messages\.0: overflow=drop-head of policy catch-all drops messages that were confirmed$/;
    await eventually('degraded', () => degraded.test((queues.state() as { degraded?: string }).degraded ?? ''), {
      within: 40_000,
    });
    expect((await fetch(at, { method: 'DELETE', headers })).status).to.equal(204);
    await eventually('up again', () => queues.state() === 'up', { within: 40_000 });
  });
});
