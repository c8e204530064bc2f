/** The tracer on OpenTelemetry's SDK: which traces it keeps, and that a collector in trouble is nobody else's. */
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import type { Sql } from '#runtime/contract/ports.js';
import { parseTraceparent } from '#runtime/core/traceparent.js';
import type { SamplerName } from '#runtime/drivers/otel/settings.js';
import { tracedSql } from '#runtime/drivers/otel/sql.js';
import { otelTracer } from '#runtime/drivers/otel/tracer.js';
import { type Collector, startCollector } from '../support/collector.js';
import { withQuery } from '../support/replaced-sql.js';
import { silent } from '../support/silent.js';

const START = { kind: 'server', attributes: {} } as const;
const context = (flags: string) => `00-${'5'.repeat(32)}-${'6'.repeat(16)}-${flags}`;

describe('the tracer on OpenTelemetry', () => {
  let collector: Collector;
  const open = (sampler: SamplerName = 'parentbased_always_on', ratio = 1, url = `${collector.endpoint}/v1/traces`) =>
    otelTracer({ url, sampler, ratio, service: 'test', instance: 'one', log: silent });

  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(() => collector.close());

  for (const [sampler, ratio, { root, wanted, unwanted }] of [
    ['always_on', 1, { root: true, wanted: true, unwanted: true }],
    ['always_off', 1, { root: false, wanted: false, unwanted: false }],
    ['traceidratio', 0, { root: false, wanted: false, unwanted: false }],
    ['parentbased_always_on', 1, { root: true, wanted: true, unwanted: false }],
    ['parentbased_always_off', 1, { root: false, wanted: true, unwanted: false }],
    ['parentbased_traceidratio', 0, { root: false, wanted: true, unwanted: false }],
    ['parentbased_traceidratio', 1, { root: true, wanted: true, unwanted: false }],
  ] as const) {
    it(`keeps what ${sampler} of ${ratio} keeps, and hands on what it decided`, async () => {
      const tracer = open(sampler, ratio);
      const spans = [undefined, context('01'), context('00')].map(parent => tracer.start('work', { ...START, parent }));
      for (const span of spans) span.end();
      await tracer.close();
      expect(spans.map(({ recording }) => recording)).to.deep.equal([root, wanted, unwanted]);
      expect(spans.map(({ traceparent }) => parseTraceparent(traceparent)?.sampled)).to.deep.equal([
        root,
        wanted,
        unwanted,
      ]);
      expect(collector.spans).to.have.length([root, wanted, unwanted].filter(Boolean).length);
    });
  }

  it('keeps about the share of traces that it is told to', async () => {
    const tracer = open('parentbased_traceidratio', 0.25);
    const kept = Array.from({ length: 2_000 }, () => tracer.start('work', START)).filter(({ recording }) => recording);
    expect(kept.length).to.be.within(350, 650);
    await tracer.close();
  });

  it('puts a statement below the work that it is for, and its failure on both', async () => {
    const tracer = open();
    const failure = new Failure('unavailable', 'the database is away');
    const sql: Sql = withQuery({ transaction: work => work(sql) }, async name => {
      if (name === 'fails') throw failure;
      return [{}, {}] as never[];
    });
    const { query, read, transaction } = tracedSql(sql, tracer);
    await query('for nobody', '');
    const span = tracer.start('work', START);
    await tracer.within(span, async () => {
      await query('two rows', '');
      await transaction(one => one.query('within', ''));
      await read('read', '');
      expect(await query('fails', '').catch(thrown => thrown)).to.equal(failure);
    });
    span.end(failure);
    await tracer.close();
    const [work, ...statements] = collector.spans.toSorted(
      (a, b) => Number(a.kind !== 'server') - Number(b.kind !== 'server'),
    );
    expect(work?.attributes).to.deep.equal({ 'error.type': 'unavailable' });
    expect(statements.map(({ name, failed, parentSpanId }) => [name, failed, parentSpanId])).to.deep.equal([
      ['two rows', false, work?.spanId],
      ['within', false, work?.spanId],
      ['read', false, work?.spanId],
      ['fails', true, work?.spanId],
    ]);
    expect(statements[0]?.attributes).to.deep.equal({
      'db.system.name': 'postgresql',
      'db.query.summary': 'two rows',
      'db.response.returned_rows': 2,
    });
  });

  it('complains once about a collector that is away, and does not wait for it for long', async () => {
    const told: object[] = [];
    const log = { ...silent, warn: (fields: object, message: string) => void told.push({ ...fields, message }) };
    const options = { sampler: 'always_on', ratio: 1, service: 'test', instance: 'one' } as const;
    const tracer = otelTracer({ ...options, url: 'http://127.0.0.1:1/v1/traces', log });
    for (let n = 0; n < 1_100; n++) tracer.start('work', START).end();
    const began = performance.now();
    await tracer.close();
    expect(performance.now() - began).to.be.below(4_000);
    expect(told).to.deep.equal([
      { collector: '127.0.0.1:1', message: 'spans are lost: the collector does not take them' },
    ]);
  });
});
