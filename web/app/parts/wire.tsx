/** What travels, live: the events of this connection, how long acknowledgements took, and gaps that were healed. */
import { signal } from '@preact/signals';
import type { WireRecord } from '../../client/wire.js';
import { client, link } from '../model.js';
import { wireOpen } from '../overlays.js';
import { Close } from './icons.js';
import { Tool } from './tool.js';

const records = signal(client.wire.records);
client.wire.subscribe(() => {
  records.value = client.wire.records;
});

const SIGNS = { sent: '↑', asked: '⇡', heard: '↓', note: '·' } as const;
const KINDS = { sent: 'sent', asked: 'asked over HTTP', heard: 'heard', note: 'note' } as const;

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

export function WireDrawer() {
  const all = records.value;
  return (
    <section class="wire" aria-label="Wire">
      <header>
        <h2>Wire</h2>
        <dl>
          <Fact name="connection" value={link.value} />
          <Fact name="acknowledged in" value={median(all)} />
          <Fact name="gaps healed" value={`${all.filter(({ name }) => name === 'gap healed').length}`} />
        </dl>
        <Tool label="Close the wire" icon={Close} onClick={() => (wireOpen.value = false)} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse. */}
      <ol tabIndex={0} aria-label="What travelled, newest first">
        {all.toReversed().map(record => (
          <Line key={record.number} record={record} />
        ))}
      </ol>
    </section>
  );
}

const Fact = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

const Line = ({ record: { kind, at, name, ms, outcome, data } }: { readonly record: WireRecord }) => (
  <li class={`line ${kind}`}>
    <time>{clock.format(at)}</time>
    <span class="sign" role="img" aria-label={KINDS[kind]}>
      {SIGNS[kind]}
    </span>
    <span class="took">{ms === undefined ? '' : `${Math.round(ms)} ms`}</span>
    <span class="name">{name}</span>
    {outcome !== undefined && outcome !== 'ok' && <span class="fault">{outcome}</span>}
    {data !== undefined && <code>{JSON.stringify(data)}</code>}
  </li>
);

/** Of what was sent over the socket. */
function median(all: readonly WireRecord[]): string {
  const times = all.flatMap(({ kind, ms }) => (kind === 'sent' && ms !== undefined ? [ms] : [])).sort((a, b) => a - b);
  const middle = times[Math.floor(times.length / 2)];
  return middle === undefined ? '–' : `${Math.round(middle)} ms`;
}
