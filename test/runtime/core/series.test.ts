/** Our counters and histograms beside prom-client's own: whoever reads the exposition sees no difference. */
import { expect } from 'chai';
import { Counter, Histogram, Registry } from 'prom-client';
import { fastCounter, fastHistogram } from '#runtime/core/series.js';

const buckets = [0.001, 0.25, 1, 5];
const about = { name: 'things', help: 'Things that "happened"\n' };

/** Lines in the order of the text: of one series after the other on both sides, but their labels may be in any order. */
function linesOf(exposition: string): string[] {
  return exposition.replace(/\{(.*)\}/g, (_, labels: string) => `{${labels.split(',').sort().join()}}`).split('\n');
}

function registries(): readonly [Registry, Registry] {
  const both = [new Registry(), new Registry()] as const;
  for (const registry of both) registry.setDefaultLabels({ image: 'test' });
  return both;
}

describe('series', () => {
  it('count as the counters of prom-client do', async () => {
    const [ours, theirs] = registries();
    const counters = [
      fastCounter({ registry: ours, ...about, labelNames: ['function', 'result'] }),
      new Counter({ registers: [theirs], ...about, labelNames: ['function', 'result'] }),
    ];
    for (const counter of counters) {
      counter.inc({ function: 'a', result: 'ok' });
      counter.inc({ function: 'a', result: 'in"valid\n' }, 3);
      counter.inc({ result: 'ok', function: 'b' });
      counter.inc({ function: 'a', result: 'ok' });
    }
    expect(linesOf(await ours.metrics())).to.deep.equal(linesOf(await theirs.metrics()));
  });

  it('observe as the histograms of prom-client do, on the bounds and beyond the last of them', async () => {
    const [ours, theirs] = registries();
    const histograms = [
      fastHistogram({ registry: ours, ...about, labelNames: ['queue'], buckets }),
      new Histogram({ registers: [theirs], ...about, labelNames: ['queue'], buckets }),
    ];
    for (const histogram of histograms) {
      for (const value of [0, 0.001, 0.0011, 0.25, 5, 5.5, 1_000]) histogram.observe({ queue: 'a' }, value);
      histogram.observe({ queue: 'b' }, 1);
    }
    expect(linesOf(await ours.metrics())).to.deep.equal(linesOf(await theirs.metrics()));
  });

  it('time in seconds', async () => {
    const [registry] = registries();
    const end = fastHistogram({ registry, ...about, labelNames: ['queue'], buckets }).startTimer({ queue: 'a' });
    end();
    const text = await registry.metrics();
    expect(text).to.contain('things_count{queue="a",image="test"} 1');
    expect(text).to.match(/things_bucket\{le="0.25",queue="a",image="test"\} 1/);
  });
});
