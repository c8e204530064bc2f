import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { start } from '#runtime/knative.js';
import { ask } from './ask.js';

describe('The metrics of a hosted function', () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    const fail = (context: { query: Record<string, unknown> }) => {
      if (context.query.fail) throw new Error('told to');
      return 'fine';
    };
    server = await start(fail, { port: 0, logLevel: 'silent' });
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(() => void server.close());

  async function scrape(): Promise<Map<string, number>> {
    const { body } = await ask(port, { path: '/metrics' });
    const samples = body.matchAll(/^(\w+)\{[^}]*faas_name="anonymous"[^}]*\} (\S+)$/gm);
    return new Map([...samples].map(([, name, value]) => [name!, Number(value)]));
  }

  it('count the invocations of / and nothing else', async () => {
    for (const path of ['/', '/?x=1', '/other', '/health/liveness', '/health/readiness', '/metrics'])
      await ask(port, { path });
    await ask(port, { method: 'OPTIONS' });
    const metrics = await scrape();
    expect(metrics.get('faas_invocations')).to.equal(3);
    expect(metrics.get('faas_execution_latency_count')).to.equal(2);
    expect(metrics.get('faas_queue_latency_count')).to.equal(2);
    expect(metrics.get('faas_errors')).to.equal(0);
  });

  it('count failures: of the function, which the original does not count, and of requests', async () => {
    await ask(port, { path: '/?fail=1' });
    expect((await scrape()).get('faas_errors')).to.equal(1);
    await ask(port, { headers: { 'content-type': 'application/json' }, body: '{' });
    expect((await scrape()).get('faas_errors')).to.equal(2);
  });

  it('tell how the machine and the process are', async () => {
    const metrics = await scrape();
    expect(metrics.get('faas_cold_start_latency_count')).to.equal(1);
    expect(metrics.get('faas_mem_utilization')).to.be.greaterThan(0);
    for (const name of ['faas_cpu_utilization', 'faas_netio_utilization', 'process_cpu_seconds_total'])
      expect(metrics.get(name), name).to.be.at.least(0);
  });

  it('say who they are of, in the text format of Prometheus', async () => {
    const { headers, body } = await ask(port, { path: '/metrics' });
    expect(headers['content-type']).to.equal('text/plain; version=0.0.4; charset=utf-8');
    expect(body).to.match(/^faas_invocations\{faas_name="anonymous",faas_id="[^"]+",faas_runtime="Node.js"\} 0$/m);
  });
});
