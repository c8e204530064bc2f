import { expect } from 'chai';
import type { Climbed } from '#tools/bench/curve/ladder.js';
import { picture } from '#tools/bench/curve/picture.js';

const side = (name: string, ms: readonly number[]): Climbed => ({
  name,
  rungs: ms.map((p50, at) => ({
    rate: 1_000 * (at + 1),
    values: { 'messages/s': 1_000 * (at + 1), 'arrival p50 ms': p50, 'arrival p99 ms': 4 * p50 },
    cpu: {},
  })),
});

/** The tags in their order; throws where it is no XML: then a browser shows no picture at all. */
function elementsOf(svg: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  for (const [tag, end, name, attributes, empty] of svg.matchAll(/<(\/?)(\w+)((?:[^>"]|"[^"]*")*?)(\/?)>/g)) {
    if (end) expect(open.pop(), tag).to.equal(name);
    else expect(attributes, tag).to.match(/^(\s+[\w:-]+="[^"<]*")*\s*$/);
    if (!end) seen.push(name!);
    if (!end && !empty) open.push(name!);
  }
  expect(open).to.deep.equal([]);
  return seen;
}

describe('the picture of throughput and latency', () => {
  it('is an SVG with its title, its background and a line for each side and percentile', () => {
    const svg = picture([side('ours', [1, 2, 50]), side('theirs', [1, 400])], 'Latency & throughput');
    expect(elementsOf(svg)[0]).to.equal('svg');
    for (const text of ['Latency &amp; throughput', 'ours, p50', 'ours, p99', 'theirs, p50', 'theirs, p99'])
      expect(svg).to.include(`>${text}</text>`);
    expect(svg).to.match(/<rect width="860" height="480"[^>]* fill="#ffffff"/);
    const lines = [...svg.matchAll(/<path d="M[^"]*"[^>]* stroke="(#0969da|#cf5c00)" stroke-width="2"/g)];
    expect(lines.map(([, colour]) => colour)).to.include.members(['#0969da', '#cf5c00']);
  });

  it('leaves out what never arrived', () => {
    const svg = picture([side('ours', [1, Number.NaN, 3])], 'title');
    elementsOf(svg);
    expect(svg).not.to.include('NaN');
  });
});
