/** What a scrape of the runtime's metrics says of what happened before it. */
import { expect } from 'chai';
import { createMetrics } from '#runtime/core/metrics.js';

/** The lines of one metric, its service's name left out. */
async function linesOf({ registry }: ReturnType<typeof createMetrics>, name: string): Promise<readonly string[]> {
  const text = await registry.getSingleMetricAsString(name);
  return text
    .split('\n')
    .filter(line => line.startsWith(name))
    .map(line => line.replace(/,?image="shop"/, ''));
}

const started = (ms: number) => new Date(Date.now() + ms).toISOString();

describe('metrics', () => {
  it('are of one service, and say besides how the process does', async () => {
    const { registry } = createMetrics('shop');
    expect(await registry.metrics()).to.match(/^process_cpu_seconds_total\{image="shop"\} /m);
    expect(await registry.metrics()).to.match(/^nodejs_eventloop_lag_mean_seconds\{image="shop"\} /m);
  });

  it('count invocations by function and result, and what came of events by queue', async () => {
    const metrics = createMetrics('shop');
    metrics.invocations.inc({ function: 'order', result: 'ok' });
    metrics.invocations.inc({ function: 'order', result: 'invalid' });
    metrics.published.inc({ queue: 'orders' }, 3);
    metrics.items.inc({ queue: 'orders', result: 'dead' }, 2);
    metrics.retries.inc({ queue: 'orders' });
    metrics.deadLetters.inc({ queue: 'orders' }, 2);
    expect(await linesOf(metrics, 'function_invocations_total')).to.deep.equal([
      'function_invocations_total{function="order",result="ok"} 1',
      'function_invocations_total{function="order",result="invalid"} 1',
    ]);
    expect(await linesOf(metrics, 'queue_published_total')).to.deep.equal(['queue_published_total{queue="orders"} 3']);
    expect(await linesOf(metrics, 'queue_items_total')).to.deep.equal([
      'queue_items_total{queue="orders",result="dead"} 2',
    ]);
    expect(await linesOf(metrics, 'queue_retries_total')).to.deep.equal(['queue_retries_total{queue="orders"} 1']);
    expect(await linesOf(metrics, 'queue_dead_letters_total')).to.deep.equal([
      'queue_dead_letters_total{queue="orders"} 2',
    ]);
    expect(await metrics.registry.metrics()).to.contain('queue_dead_letters_total{queue="orders",image="shop"} 2');
  });

  it('sort items of batches by how many, and times from half a millisecond to ten seconds', async () => {
    const metrics = createMetrics('shop');
    metrics.batchItems.observe({ queue: 'orders' }, 7);
    metrics.duration.observe({ function: 'order' }, 0.0006);
    const bounds = async (name: string) =>
      (await linesOf(metrics, name)).flatMap(line => /le="([^"]+)".* (\d)$/.exec(line)?.slice(1).join(': ') ?? []);
    expect(await bounds('queue_batch_items')).to.deep.equal([
      '1: 0',
      '2: 0',
      '5: 0',
      '10: 1',
      '20: 1',
      '50: 1',
      '100: 1',
      '200: 1',
      '500: 1',
      '1000: 1',
      '+Inf: 1',
    ]);
    const times = await bounds('function_duration_seconds');
    expect([times[0], times[1], times.at(-2), times.at(-1)]).to.deep.equal([
      '0.0005: 0',
      '0.001: 1',
      '10: 1',
      '+Inf: 1',
    ]);
    expect(await linesOf(metrics, 'function_duration_seconds')).to.include(
      'function_duration_seconds_sum{function="order"} 0.0006',
    );
  });

  it('tell how long ago an event began that is done, and nothing where its time is none or still to come', async () => {
    const metrics = createMetrics('shop');
    for (const time of [started(-2_000), started(60_000), 'nonsense', undefined]) metrics.worked('orders', time);
    const lines = await linesOf(metrics, 'queue_lag_seconds');
    expect(lines).to.include('queue_lag_seconds_count{queue="orders"} 1');
    expect(lines).to.include('queue_lag_seconds_bucket{le="1",queue="orders"} 0');
    expect(Number(lines.find(line => line.includes('_sum'))?.split(' ')[1])).to.be.within(2, 60);
  });

  it('count an event for every connection that got it, and its lag once', async () => {
    const metrics = createMetrics('shop');
    for (const since of [started(-2_000), started(60_000), undefined]) metrics.delivered('order:placed', 5, since);
    expect(await linesOf(metrics, 'deliveries_total')).to.deep.equal(['deliveries_total{event="order:placed"} 15']);
    const lines = await linesOf(metrics, 'delivery_lag_seconds');
    expect(lines).to.include('delivery_lag_seconds_count{event="order:placed"} 1');
    expect(lines).to.include('delivery_lag_seconds_bucket{le="1",event="order:placed"} 0');
  });

  describe('of how things stand', () => {
    it('are not there without somebody who knows', async () => {
      const text = await createMetrics('shop').registry.metrics();
      expect(text).not.to.match(/sockets|db_client|queue_messages_ready|queue_consumers/);
    });

    it('ask for connections of clients when they are looked at', async () => {
      const metrics = createMetrics('shop');
      let sockets = 3;
      metrics.watchSockets(() => sockets);
      expect(await linesOf(metrics, 'sockets')).to.deep.equal(['sockets{} 3']);
      sockets = 4;
      expect(await linesOf(metrics, 'sockets')).to.deep.equal(['sockets{} 4']);
    });

    it('tell used and idle connections to the database apart, and how many wait', async () => {
      const metrics = createMetrics('shop');
      metrics.watchPool(() => ({ max: 10, used: 6, idle: 2, pending: 1 }));
      expect(await linesOf(metrics, 'db_client_connection_count')).to.deep.equal([
        'db_client_connection_count{state="used"} 6',
        'db_client_connection_count{state="idle"} 2',
      ]);
      expect(await linesOf(metrics, 'db_client_connection_max')).to.deep.equal(['db_client_connection_max{} 10']);
      expect(await linesOf(metrics, 'db_client_connection_pending_requests')).to.deep.equal([
        'db_client_connection_pending_requests{} 1',
      ]);
    });

    it('ask the broker once a look for all queues, and say nothing of one that it tells nothing about', async () => {
      const metrics = createMetrics('shop');
      const [orders, mail] = [
        { queue: 'orders', name: 'orders.1', ordered: true, ready: 7, consumers: 2 },
        { queue: 'mail', name: 'mail', ordered: false, ready: 0, consumers: 1 },
      ];
      const looks = [[orders, mail], [mail]];
      let asked = 0;
      metrics.watchQueues(async () => looks[asked++] ?? []);
      const look = async () =>
        (await metrics.registry.metrics())
          .split('\n')
          .filter(line => /^queue_(messages_ready|consumers)/.test(line))
          .map(line => line.replace(',image="shop"', ''));
      expect(await look()).to.deep.equal([
        'queue_messages_ready{queue="orders",partition="1"} 7',
        'queue_messages_ready{queue="mail",partition=""} 0',
        'queue_consumers{queue="orders",partition="1"} 2',
        'queue_consumers{queue="mail",partition=""} 1',
      ]);
      expect(await look()).to.deep.equal([
        'queue_messages_ready{queue="mail",partition=""} 0',
        'queue_consumers{queue="mail",partition=""} 1',
      ]);
      expect(asked).to.equal(2);
    });
  });
});
