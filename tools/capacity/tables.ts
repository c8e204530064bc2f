/** The model's answers as tables, in Markdown that reads as well on a terminal. */
import { ASSUMPTIONS, type Assumptions, NAMES } from './assumptions.js';
import { check, fitErrors } from './check.js';
import type { Model } from './demand.js';
import { type Limit, limitsOf, MORE_PODS } from './limits.js';
import type { Measured } from './measured.js';
import type { Plan, Server } from './plan.js';

type Row = readonly string[];

/** Columns as wide as what stands in them; numbers to the right, but for the first column. */
function table(head: Row, rows: readonly Row[], alignRight = true): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map(row => (row[column] ?? '').length)));
  const right = (column: number) => alignRight && column > 0;
  const pad = (cell: string, column: number) => {
    const width = widths[column] ?? 0;
    return right(column) ? cell.padStart(width) : cell.padEnd(width);
  };
  const line = (row: Row) => `| ${row.map(pad).join(' | ')} |`;
  const rule = widths.map((width, column) => (right(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Three digits that mean something. */
function figure(value: number): string {
  if (!Number.isFinite(value)) return '∞';
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(value >= 1_000 ? 3 : 2));
  return rounded.toLocaleString('en', { maximumFractionDigits: 4 });
}

const SCALES = [
  [1e9, 'billion'],
  [1e6, 'million'],
  [1e3, 'thousand'],
] as const;

function people(count: number): string {
  const [unit, name] = SCALES.find(([least]) => count >= least) ?? [1, ''];
  return Number.isFinite(count) ? `${figure(count / unit)} ${name}`.trim() : 'never';
}

const server = ({ nodes, cores }: Server): string => `${figure(nodes)} × ${figure(cores / nodes)} cores`;
const [MB, TB] = [1e6, 1e12];

const LINES: readonly (readonly [what: string, of: (plan: Plan) => string])[] = [
  ['connections', ({ demand }) => figure(demand.sockets)],
  ['messages/s', ({ demand }) => figure(demand.messages)],
  ['deliveries/s', ({ demand }) => figure(demand.deliveries)],
  ['messages stored together', ({ demand }) => figure(demand.batch)],
  ['PostgreSQL commits/s', ({ demand }) => figure(demand.commits)],
  ['fan-out', ({ fanout }) => fanout],
  ['**gateway** pods', ({ gateways }) => figure(gateways)],
  ['memory of each, MB', ({ gatewayMb }) => figure(gatewayMb)],
  ['**chat-svc** pods', ({ chatSvc }) => figure(chatSvc)],
  ['**presence-svc** pods', ({ presenceSvc }) => figure(presenceSvc)],
  ['partitions of chat.messages', ({ partitions }) => figure(partitions)],
  ['**RabbitMQ**, with copies', ({ rabbitmq }) => server(rabbitmq)],
  ['at worst: every message alone', ({ rabbitmqAlone }) => server(rabbitmqAlone)],
  ['to it, and from it, MB/s', ({ demand }) => demand.brokerBytes.map(each => figure(each / MB)).join(', ')],
  ['its disk for an outage, GB', ({ rabbitmq }) => figure(rabbitmq.diskGb)],
  ['**Redis**, with replicas', ({ redis }) => server(redis)],
  [
    'to it, and from it, MB/s',
    ({ demand, redisBytesPerS }) => [demand.toldBytes, redisBytesPerS].map(each => figure(each / MB)).join(', '),
  ],
  ['**PostgreSQL**, with copies', ({ postgres }) => server(postgres)],
  ['its log, MB/s', ({ demand }) => figure(demand.walBytes / MB)],
  ['one copy of a year, TB', ({ demand }) => figure(demand.storedBytes / TB)],
  ['to clients in a month, TB', ({ demand }) => figure(demand.sentBytes / TB)],
  ['a month: processors', ({ monthly }) => figure(monthly.cores)],
  ['memory', ({ monthly }) => figure(monthly.memory)],
  ['disks', ({ monthly }) => figure(monthly.disks)],
  ['traffic', ({ monthly }) => figure(monthly.traffic)],
  ['**together**', ({ monthly }) => figure(monthly.total)],
  ['for 1,000 users', ({ monthly, users }) => figure((monthly.total / users) * 1_000)],
];

export const planTable = (plans: readonly Plan[]): string =>
  table(
    ['at the peak', ...plans.map(({ users }) => people(users))],
    LINES.map(([what, of]) => [what, ...plans.map(of)]),
  );

/** How many times over each part is asked, by size, in the order in which they are full. */
export function limitTable(sizes: readonly number[], model: Model): string {
  const columns = sizes.map(users => limitsOf(users, model));
  const first = columns[0] ?? [];
  return table(
    ['part', 'what of it', 'full at', ...sizes.map(people), 'then'],
    first.map(({ part, what, fullAt, successor }) => [
      ...[part, what, people(fullAt)],
      ...columns.map(limits => {
        const ratio = limits.find(each => each.part === part && each.what === what)?.ratio ?? 0;
        return ratio >= 1 ? `**${figure(ratio)} ×**` : `${figure(ratio)} ×`;
      }),
      successor,
    ]),
    false,
  );
}

/** At each size: what is full by then, and what would be next. */
export const firstFull = (sizes: readonly number[], model: Model): string =>
  sizes
    .map(users => {
      const limits = limitsOf(users, model);
      const full = limits.filter(({ ratio }) => ratio >= 1);
      const scaled = [...new Set(full.filter(isMorePods).map(({ part }) => part))];
      const changed = full.filter(limit => !isMorePods(limit)).map(named);
      const next = limits.find(limit => limit.ratio < 1 && !isMorePods(limit));
      const parts = [
        full.length === 0 ? 'one of each will do' : '',
        scaled.length > 0 ? `more replicas of ${scaled.join(', ')}` : '',
        changed.length > 0 ? `full are, in this order, ${changed.join(', ')}` : '',
        next ? `the next that replicas do not help is ${named(next)} at ${people(next.fullAt)}` : '',
      ];
      return `- **${people(users)}**: ${parts.filter(part => part !== '').join('; ')}.`;
    })
    .join('\n');

const named = ({ part, what }: Limit): string => `${part} (${what})`;
const isMorePods = ({ successor }: Limit): boolean => successor === MORE_PODS;

export function costTable({ measured, costs }: Model): string {
  const errors = fitErrors(measured, costs);
  const rows = Object.entries(costs.of).map(([process, { message, connection, batch }]) => [
    ...[process, figure(message), figure(connection), figure(batch)],
    percent(errors[process] ?? 0),
  ]);
  return table(['µs of CPU', 'a message', 'a connection reached', 'a batch', 'mean error of the fit'], rows);
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const signed = (share: number): string => `${share > 0 ? '+' : ''}${percent(share)}`;

export const checkTable = (measured: Measured): string =>
  table(
    ['not fitted to', 'of', 'predicted', 'measured', 'error'],
    check(measured).map(({ case: name, of, predicted, measured: found }) => [
      ...[name, of, figure(predicted), figure(found), signed(predicted / found - 1)],
    ]),
    false,
  );

export const assumptionTable = (assumed: Assumptions): string =>
  table(
    ['option', 'value', 'what it is'],
    NAMES.map(name => [`--${name}`, String(assumed[name]), ASSUMPTIONS[name].meaning]),
    false,
  );

export function origin({ command, date, machine }: Measured): string {
  const versions = Object.entries(machine.versions);
  return [
    `Measured with \`${command}\` on ${date.slice(0, 10)}, on ${machine.cores} cores (${machine.cpu}) and ${machine.memoryGb} GB; `,
    `${versions.map(([name, version]) => `${name} ${version}`).join(', ')}.`,
  ].join('');
}
