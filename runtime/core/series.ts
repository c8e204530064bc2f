/**
 * Counters and histograms for what happens with every event. prom-client's own make a text of the labels each time to
 * find what they have counted for them; these find it in maps. They stand in the same registry and read the same there.
 */
import type { Registry } from 'prom-client';

type Labels<Name extends string> = Readonly<Record<Name, string>>;

interface Described<Name extends string> {
  readonly registry: Registry;
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Name[];
}

/** One line of the exposition. */
interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface FastCounter<Name extends string> {
  inc(labels: Labels<Name>, by?: number): void;
}

export interface FastHistogram<Name extends string> {
  observe(labels: Labels<Name>, value: number): void;
  /** The function that it returns observes the seconds since. */
  startTimer(labels: Labels<Name>): () => void;
}

export function fastCounter<const Name extends string>(about: Described<Name>): FastCounter<Name> {
  const counts = byLabels(about.labelNames, () => ({ value: 0 }));
  expose(about, 'counter', () => counts.all.map(({ labels, kept }) => ({ labels, value: kept.value })));
  return {
    inc(labels, by = 1) {
      counts.of(labels).value += by;
    },
  };
}

export function fastHistogram<const Name extends string>(
  about: Described<Name> & { readonly buckets: readonly number[] },
): FastHistogram<Name> {
  const { name, buckets } = about;
  const infinity = buckets.length;
  const series = byLabels(about.labelNames, () => ({ sum: 0, counts: new Array<number>(infinity + 1).fill(0) }));

  expose(about, 'histogram', () =>
    series.all.flatMap(({ labels, kept: { sum, counts } }) => {
      let count = 0;
      const lines: Sample[] = counts.map((inBucket, at) => {
        count += inBucket;
        return { metricName: `${name}_bucket`, labels: { le: buckets[at] ?? '+Inf', ...labels }, value: count };
      });
      lines.push({ metricName: `${name}_sum`, labels, value: sum });
      lines.push({ metricName: `${name}_count`, labels, value: count });
      return lines;
    }),
  );

  function observe(labels: Labels<Name>, value: number): void {
    const kept = series.of(labels);
    let at = 0;
    while (at < infinity && value > (buckets[at] as number)) at++;
    kept.sum += value;
    (kept.counts[at] as number)++;
  }

  return {
    observe,
    startTimer(labels) {
      const start = performance.now();
      return () => observe(labels, (performance.now() - start) / 1_000);
    },
  };
}

interface ByLabels<Name extends string, Kept> {
  /** Of these values of the labels; made when they come first. */
  of(labels: Labels<Name>): Kept;
  readonly all: readonly { readonly labels: Labels<Name>; readonly kept: Kept }[];
}

function byLabels<Name extends string, Kept>(names: readonly Name[], make: () => Kept): ByLabels<Name, Kept> {
  type Tree = Map<string, Tree | Kept>;
  const root: Tree = new Map();
  const all: { labels: Labels<Name>; kept: Kept }[] = [];
  const last = names.length - 1;
  return {
    all,
    of(labels) {
      let tree = root;
      for (let at = 0; ; at++) {
        const value = labels[names[at] as Name];
        let found = tree.get(value);
        if (found === undefined) {
          if (at < last) found = new Map() as Tree;
          else {
            found = make();
            all.push({ labels: { ...labels }, kept: found });
          }
          tree.set(value, found);
        }
        if (at === last) return found as Kept;
        tree = found as Tree;
      }
    },
  };
}

/** What a registry asks of a metric; it has no type of its own for one that prom-client did not make. */
function expose(
  { registry, name, help }: Described<string>,
  type: 'counter' | 'histogram',
  samples: () => readonly Sample[],
): void {
  const metric = { name, help, type, get: async () => ({ name, help, type, aggregator: 'sum', values: samples() }) };
  registry.registerMetric(metric as never);
}
