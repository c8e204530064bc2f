/** The model of capacity: it finds what messages cost, plans with it, and its document says what it says. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { assumptions } from '#tools/capacity/assumptions.js';
import { check } from '#tools/capacity/check.js';
import { costsOf } from '#tools/capacity/costs.js';
import type { Model } from '#tools/capacity/demand.js';
import { refreshed, SIZES } from '#tools/capacity/document.js';
import { leastSquares } from '#tools/capacity/least-squares.js';
import { limitsOf } from '#tools/capacity/limits.js';
import { type Measured, measuredOf, ONE_OF_EACH, type Results } from '#tools/capacity/measured.js';
import { planOf } from '#tools/capacity/plan.js';

const ROOT = new URL('../../../', import.meta.url);
const MAIN = fileURLToPath(new URL('../../tools/capacity/main.js', import.meta.url));

/** A world in which CPU is what the model takes it for. */
const TRUE_US = { gateway: [60, 12, 500], 'chat-svc': [30, 0, 600], RabbitMQ: [10, 0, 700], client: [5, 9, 200] };
/** A gateway that hears of a message spends this on it. */
const HEARING_US = 8;
/** What everything together can be busy. */
const CORES = 1.8;

const usOf = ([message, connection, batch]: readonly number[], connections: number, size: number): number =>
  message! + connection! * connections + batch! / size;

function talk(connections: number, size: number, { rate = 0, extraUs = 0 } = {}) {
  const us = Object.entries(TRUE_US).map(([name, cost]) => [name, usOf(cost, connections, size)] as const);
  const cpu = Object.fromEntries(us.map(([name, each]) => [name, name === 'gateway' ? each + extraUs : each]));
  const total = us.reduce((sum, [, each]) => sum + each, 0);
  const [pairs, messages] = [connections === 2, rate || (CORES * 1e6) / total];
  const work = pairs ? 1 : connections;
  const values = { 'messages/s': messages, 'deliveries/s': messages * work, 'messages/batch': size };
  const perWork = Object.fromEntries(Object.entries(cpu).map(([name, each]) => [name, each / work]));
  return { unit: pairs ? 'message' : 'delivery', ours: [{ values, cpu: perWork }] };
}

const plain = (values: Record<string, number>, cpu: Record<string, number> = {}) => ({
  unit: '',
  ours: [{ values, cpu }],
});

function results(): Results {
  const single = { peer: talk(2, 40).ours };
  const all = {
    'pairs-32': talk(2, 70),
    'pairs-1': talk(2, 5),
    'paced-500': talk(2, 1.5, { rate: 500 }),
    'rooms-5x100': talk(100, 1.4),
    'rooms-50x10': talk(10, 5),
    'replicas-chat-svc-2': { ...talk(2, 40), ...single },
    'replicas-gateway-2': { ...talk(2, 40, { extraUs: HEARING_US }), ...single },
    'idle-sockets': plain({
      ...{ sockets: 10_000, 'RSS MB before': 90, 'RSS kB/socket': 10 },
      ...{ 'CPU at rest % of a core': 3, 'connects/s': 1_000 },
    }),
    'message-bytes': plain({
      ...{ 'body bytes': 100, 'stored bytes/message': 400, 'WAL bytes/message': 1_200 },
      ...{ 'RabbitMQ bytes in/message': 1_500, 'RabbitMQ bytes out/message': 1_600 },
      ...{ 'Redis bytes in/message': 700, 'Redis bytes out/message': 650, 'received bytes/delivery': 380 },
    }),
    'read-receipts': plain({}, { 'presence-svc': 14, PostgreSQL: 19, RabbitMQ: 3 }),
    'socket-ack': plain({ 'server CPU µs/ack': 25 }),
  };
  return {
    command: 'npm run bench -- --out /somewhere/else --rounds 3 --ejabberd /a/kit',
    date: '2026-02-03T04:05:06.789Z',
    machine: { cpu: 'a processor', cores: 2, memoryGb: 8, versions: { Node: '22.1.0', Linux: '6.1' } },
    results: Object.entries(all).map(([name, rest]) => ({ name, peer: [], failures: [], ...rest })),
  };
}

function model(given: Parameters<typeof assumptions>[0] = {}): Model {
  const measured = measuredOf(results());
  return { measured, costs: costsOf(measured), assumed: assumptions(given) };
}

describe('the model of capacity', () => {
  it('finds the weights that totals were made with, and none below 0', () => {
    const weights = [7, 0.5, 90];
    const rows = [
      [1, 2, 1],
      [1, 2, 0.1],
      [1, 100, 0.7],
      [1, 10, 0.2],
    ];
    const totals = rows.map(terms => terms.reduce((sum, term, at) => sum + term * weights[at]!, 0));
    const found = leastSquares(rows.map((terms, at) => ({ terms, total: totals[at]! })));
    for (const [at, weight] of weights.entries()) expect(found[at]).to.be.closeTo(weight, 0.01 * weight);
    // The second falls as the first rises: it would have to be negative.
    const falling = leastSquares([1, 2, 3].map(term => ({ terms: [1, term], total: 10 - term })));
    expect(falling[1]).to.equal(0);
  });

  it('takes medians, counts the sender’s own copy, and leaves out where results were put', () => {
    const run = results();
    const [first] = run.results;
    const round = first!.ours[0]!;
    const faster = (factor: number) => ({
      ...round,
      values: { ...round.values, 'messages/s': round.values['messages/s']! * factor },
    });
    const several = { ...first!, ours: [faster(1), faster(1.2), faster(0.9)] };
    const measured = measuredOf({ ...run, results: [several, ...run.results.slice(1)] });
    expect(measured.talk['pairs-32']!.messagesPerS).to.be.closeTo(round.values['messages/s']!, 5);
    expect(measured.talk['pairs-32']!.connections).to.equal(2);
    expect(measured.talk['rooms-50x10']!.connections).to.equal(10);
    expect(measured.talk['rooms-50x10']!.cpuUs.gateway).to.be.closeTo(usOf(TRUE_US.gateway, 10, 5), 0.1);
    expect(measured.command).to.equal('npm run bench -- --rounds 3');
  });

  it('names what the run has not measured', () => {
    const run = results();
    const without = (name: string) => ({ ...run, results: run.results.filter(each => each.name !== name) });
    expect(() => measuredOf(without('idle-sockets'))).to.throw('idle-sockets');
    const blank = run.results.map(each => (each.name === 'socket-ack' ? { ...each, ...plain({}) } : each));
    expect(() => measuredOf({ ...run, results: blank })).to.throw('server CPU µs/ack in socket-ack');
  });

  it('predicts what it has not seen, where the world is as it thinks', () => {
    const compared = check(measuredOf(results()));
    expect(compared.map(each => each.case)).to.include.members(['rooms-50x10', 'replicas-chat-svc-2']);
    for (const { case: name, of, predicted, measured } of compared)
      expect(predicted / measured, `${name}: ${of}`).to.be.closeTo(1, 0.02);
    expect(costsOf(measuredOf(results())).hearing.gateway).to.be.closeTo(HEARING_US, 0.1);
  });

  it('does not take a case that it is checked with into account', () => {
    const run = results();
    const doubled = run.results.map(each =>
      each.name === 'rooms-50x10' ? { ...each, ours: talk(10, 50, { rate: 100 }).ours } : each,
    );
    expect(costsOf(measuredOf({ ...run, results: doubled }))).to.deep.equal(costsOf(measuredOf(run)));
  });

  it('never plans less for more users', () => {
    const known = model();
    const users = fc.double({ min: 100, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(users, fc.double({ min: 1, max: 100, noNaN: true }), (few, factor) => {
        const [one, more] = [planOf(few, known), planOf(few * factor, known)];
        for (const part of ['chatSvc', 'presenceSvc', 'partitions'] as const)
          expect(more[part]).to.be.at.least(one[part]);
        for (const part of ['rabbitmq', 'postgres'] as const) expect(more[part].nodes).to.be.at.least(one[part].nodes);
        expect(more.gateways).to.be.at.least(2);
        expect(Number.isFinite(more.monthly.total)).to.equal(true);
        expect(more.demand.cores.gateway).to.be.at.most(more.gateways * known.assumed.utilisation + 1e-6);
      }),
    );
  });

  it('gives up the one channel where hearing of everything would fill every gateway', () => {
    const known = model();
    const [few, many] = [planOf(10_000, known), planOf(100_000_000, known)];
    expect([few.fanout, many.fanout]).to.deep.equal(['one channel', 'sharded']);
    expect(many.demand.hearing.gateway).to.be.above(known.assumed.utilisation / 2);
    const limit = limitsOf(100_000_000, known).find(({ what }) => what === 'hearing of every message')!;
    // 40 messages a day, three times as many at the peak, 8 µs each, and 60 % of a core for it.
    expect(limit.fullAt).to.be.closeTo((0.6e6 / HEARING_US / 3 / 40) * 86_400, 0.01 * limit.fullAt);
  });

  it('says at how many users each part is full: there and not before', () => {
    const known = model();
    const limits = limitsOf(1_000_000, known);
    expect(limits.map(({ fullAt }) => fullAt)).to.deep.equal(
      limits.map(({ fullAt }) => fullAt).toSorted((a, b) => a - b),
    );
    for (const { part, what, fullAt } of limits.filter(each => Number.isFinite(each.fullAt))) {
      const ratio = (users: number) =>
        limitsOf(users, known).find(each => each.part === part && each.what === what)!.ratio;
      expect(ratio(fullAt * 0.99), `${part}: ${what}`).to.be.below(1);
      expect(ratio(fullAt * 1.01), `${part}: ${what}`).to.be.at.least(1);
    }
  });

  it('asks for more disk and traffic where texts are longer, and for no more processors', () => {
    const [short, long] = [planOf(1_000_000, model()), planOf(1_000_000, model({ body: 1_100 }))];
    expect(long.demand.storedBytes / short.demand.storedBytes).to.be.closeTo(1_400 / 400, 0.01);
    expect(long.demand.sentBytes / short.demand.sentBytes).to.be.closeTo(1_380 / 380, 0.01);
    expect(long.demand.cores).to.deep.equal(short.demand.cores);
  });

  describe('as it stands in the project', () => {
    const run = async (...words: string[]) =>
      (await promisify(execFile)(process.execPath, [MAIN, ...words], { cwd: fileURLToPath(ROOT) })).stdout;
    let measured: Measured;
    let text: string;

    before(async () => {
      measured = JSON.parse(await readFile(new URL('docs/measured.json', ROOT), 'utf8')) as Measured;
      text = await readFile(new URL('docs/scaling.md', ROOT), 'utf8');
    });

    it('is written down as the figures are: else run `npm run capacity -- --write`', () => {
      expect(refreshed(text, measured) === text, 'docs/scaling.md is not what docs/measured.json gives').to.equal(true);
      expect(() => refreshed('nothing', measured)).to.throw('has no');
    });

    it('prints a plan for as many users as it is asked for', async () => {
      const said = await run('--users', '2500000', '--online', '0.5');
      expect(said).to.match(/connections +\| +1,250,000 \|/);
      expect(said).to.include('**2.5 million**');
    });

    it('shows how far off it is', async () => {
      const said = await run('--check');
      expect(said).to.include(measured.date.slice(0, 10));
      for (const { case: name } of check(measured)) expect(said).to.include(`| ${name}`);
      expect(measured.talk).to.include.keys(ONE_OF_EACH);
    });

    it('refuses what it does not know', async () => {
      for (const words of [
        ['--onlin', '1'],
        ['--online', 'many'],
        ['--users', '-5'],
      ]) {
        const failed = (await run(...words).catch(error => error)) as { code: number; stderr: string };
        expect([failed.code, /usage: /.test(failed.stderr)], words.join(' ')).to.deep.equal([1, true]);
      }
    });

    it('has a plan for each of the sizes in the document', () => {
      for (const users of SIZES) expect(planOf(users, { ...model(), measured }).monthly.total).to.be.above(0);
    });
  });
});
