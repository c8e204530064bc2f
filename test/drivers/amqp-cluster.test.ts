/** Queues on a cluster that grows: what readiness says of copies that are missing, and of what one node leads alone. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Log } from '#runtime/contract/function.js';
import type { Queues } from '#runtime/contract/ports.js';
import { crowdOf, scarcityOf } from '#runtime/drivers/amqp/copies.js';
import { connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { type RabbitMq, rabbitMq } from '#tools/chaos/world/rabbitmq.js';
import { eventually } from '../support/eventually.js';

const queue = (name: string, ...members: string[]) => ({ name, members, leader: members[0] ?? '' });

describe('copies of queues', () => {
  it('are told of where a cluster could have more, once for those that have as many', () => {
    const queues = [queue('a', 'one'), queue('b', 'one'), queue('c', 'one', 'two'), queue('d', 'one', 'two', 'three')];
    const [alone, two, ...others] = scarcityOf(queues, ['one', 'two', 'three', 'four']);
    expect(alone).to.match(/^queue a and 1 more: 1 of 3 copies on 4 nodes, .*rabbitmq-queues grow$/);
    expect(two).to.match(/^queue c: 2 of 3 copies on 4 nodes/);
    expect(others).to.deep.equal([]);
  });

  it('are as many as they can be on one node, on two, and where nothing is told', () => {
    expect(scarcityOf([queue('a', 'one')], ['one'])).to.deep.equal([]);
    expect(scarcityOf([queue('a', 'one', 'two')], ['one', 'two'])).to.deep.equal([]);
    expect(scarcityOf([{ name: 'a' }], ['one', 'two'])).to.deep.equal([]);
  });

  it('show nodes that the user is not told of', () => {
    expect(scarcityOf([queue('a', 'one'), queue('b', 'one', 'two', 'three')], [])).to.have.length(1);
  });

  it('have leaders, of which one node has far more than its share, or not', () => {
    const led = (...leaders: string[]) => leaders.map((leader, at) => queue(`q${at}`, leader));
    const nodes = ['one', 'two', 'three'];
    expect(crowdOf(led('one', 'one', 'one', 'one', 'two'), nodes)).to.deep.equal({ one: 4, two: 1, three: 0 });
    expect(crowdOf(led('one', 'one', 'two', 'three'), nodes)).to.equal(undefined);
    expect(crowdOf(led('one', 'one'), ['one'])).to.equal(undefined);
    expect(crowdOf([], nodes)).to.equal(undefined);
  });
});

describe('queues on a cluster that grows', function () {
  this.timeout(300_000);
  let folder: string;
  let queues: Queues | undefined;
  let growsByItself: boolean;
  const nodes: RabbitMq[] = [];

  before(async function () {
    const found = await promisify(execFile)('which', ['rabbitmq-server']).catch(() => undefined);
    if (!found && process.env.CI === 'true') throw new Error('rabbitmq-server is missing');
    if (!found) {
      console.warn('      SKIPPED: queues on a cluster, because of no rabbitmq-server here');
      return this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-cluster-'));
    const probe = await rabbitMq(folder);
    growsByItself = Number.parseFloat(await probe.ctl('version')) >= 4;
    const settings = ['queue_leader_locator = balanced', ...(growsByItself ? RECONCILIATION : [])];
    const options = { plugins: ['rabbitmq_management'], settings };
    for (let number = 0; number < 3; number++) nodes.push(await rabbitMq(folder, options));
    await Promise.all(nodes.map(node => node.start()));
  });
  after(async () => {
    await queues?.close();
    await Promise.all(nodes.map(node => node.kill()));
    if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('are degraded until they have a copy on each node, and said to be led by one node until they are spread, as those are that come later', async () => {
    const [first, ...others] = nodes as [RabbitMq, ...RabbitMq[]];
    const crowds: object[] = [];
    const note = (fields: object) => void ('leaders' in fields && crowds.push(fields));
    const spread: string[] = [];
    const info = (_: object, words: string) => void (/spread/.test(words) && spread.push(words));
    const log: Log = { debug: () => {}, info, warn: note, error: () => {} };
    queues = connectAmqp({ urls: [first.url], managementUrl: first.managementUrl, name: 'test', log });
    const names = Array.from({ length: 6 }, (_, part) => `chat.messages.${part}`);
    await queues.declare(names.map(name => ({ name, ordered: true })));
    await eventually('up', () => queues?.state() === 'up', { within: 60_000 });
    await Promise.all(names.map(name => queues?.publish(name, 'before')));

    for (const node of others) await node.join(first);
    const degraded = (words: RegExp) =>
      eventually(`${words}`, () => words.test(Object(queues?.state()).degraded ?? ''), { within: 60_000, every: 200 });
    await degraded(/^queue chat\.messages\.0 and 11 more: 1 of 3 copies on 3 nodes/);

    if (!growsByItself) for (const { node } of others) await first.ctl('eval', growOn(node));
    await eventually('up', () => queues?.state() === 'up', { within: 120_000, every: 200 });
    await eventually('the crowd is told', () => crowds.length > 0, { within: 60_000, every: 200 });
    expect(crowds[0])
      .to.have.nested.property('leaders')
      .that.includes({ [first.node]: 12, [others[0]!.node]: 0 });
    await first.ctl('eval', 'rabbit_amqqueue:rebalance(quorum, <<".*">>, <<".*">>).');
    await eventually('leaders are spread', () => spread.length > 0, { within: 60_000, every: 200 });

    await queues.declare(names.map(name => ({ name: name.replace('messages', 'changes'), ordered: true })));
    const led = await first.ctl('list_queues', 'name', 'leader', '--no-table-headers');
    const leaders = led.match(/(?<=^chat\.changes.*\t).*/gm) ?? [];
    expect(new Set(leaders)).to.deep.equal(new Set(nodes.map(({ node }) => node)));

    // It needs no more than two of them: what was confirmed by the one that is gone is there, and more can be.
    await first.kill();
    await queues.close();
    const survivor = others[0] as RabbitMq;
    queues = connectAmqp({ urls: [survivor.url], managementUrl: 'off', name: 'test', log });
    await queues.declare(names.map(name => ({ name, ordered: true })));
    const got: string[] = [];
    await queues.consume(names, { ordered: true, prefetch: 10 }, delivery => {
      got.push(delivery.body);
      delivery.ack();
    });
    await eventually('all that was confirmed', () => got.length >= names.length, { within: 60_000 });
    await queues.publish('chat.messages.0', 'after');
    await eventually('what is published now', () => got.includes('after'));
  });
});

/** As in k8s/addons/ha, and soon. */
const RECONCILIATION = [
  'quorum_queue.continuous_membership_reconciliation.enabled = true',
  'quorum_queue.continuous_membership_reconciliation.target_group_size = 3',
  'quorum_queue.continuous_membership_reconciliation.interval = 20000',
  'quorum_queue.continuous_membership_reconciliation.trigger_interval = 5000',
];

/** What `rabbitmq-queues grow NODE all` does. */
const growOn = (node: string) => `rabbit_quorum_queue:grow('${node}', <<".*">>, <<".*">>, all).`;
