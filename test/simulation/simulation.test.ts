/**
 * The simulation keeps its own promises: a seed is one history, the system withstands a hundred of them, and each
 * way of breaking it is found.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readArguments } from '#tools/simulation/arguments.js';
import { type Campaign, openCampaigns } from '#tools/simulation/campaign.js';
import type { MutationName } from '#tools/simulation/mutations.js';
import { report } from '#tools/simulation/report.js';

const MAIN = fileURLToPath(new URL('../../tools/simulation/main.js', import.meta.url));

function simulation(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [MAIN, ...args], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}

/** How many seeds, from the given one on, may fail to catch a mutation. */
const PATIENCE = 4_000;

describe('simulation', function () {
  // What is found by one seed in some hundred takes minutes.
  this.timeout(900_000);
  // Loading the system takes as long as several seeds: all campaigns share the processes that have it.
  let campaigns: ReturnType<typeof openCampaigns>;
  before(() => {
    campaigns = openCampaigns();
  });
  after(() => campaigns.close());

  /** Ends with the first seed that catches it. */
  const search = (mutation: MutationName, from: number): Promise<Campaign> =>
    campaigns.run({ from, to: from + PATIENCE, mutation, untilFound: true });

  /** Every seed of the system as it is. */
  const explore = (from: number, to = from): Promise<Campaign> =>
    campaigns.run({ from, to, mutation: 'none', untilFound: false });

  it('withstands a hundred seeds of faults', async () => {
    const output = report(await explore(1, 120), 'none');
    expect(output).to.contain('0 of 120 seeds broke a promise');
    for (const fault of [
      'process killed',
      'process frozen',
      'repartition',
      'answer lost after commit',
      'deliveries given back',
      'defect that passes',
    ]) {
      expect(output).to.match(new RegExp(`${fault} +[1-9]`));
    }
  });

  it('withstands what once broke a promise', async () => {
    for (const seed of [6033, 6564]) {
      const campaign = await explore(seed);
      expect(campaign.failed, report(campaign, 'none')).to.deep.equal([]);
    }
  });

  it('replays a seed exactly, and another one differently', async () => {
    const [once, again, other] = await Promise.all([
      simulation('--seed', '17', '--trace'),
      simulation('--seed', '17', '--trace'),
      simulation('--seed', '18', '--trace'),
    ]);
    expect(once.output.split('\n').length).to.be.above(1_000);
    expect(again.output).to.equal(once.output);
    expect(other.output).not.to.equal(once.output);
  });

  it('gives a seed the same history whatever ran before it', async () => {
    const [found] = (await search('unkept-leave', 1)).failed;
    const alone = await simulation('--seed', `${found?.seed}`, '--mutation', 'unkept-leave');
    expect(alone.output.split('\n')[0]).to.equal(found?.findings[0]);
  });

  /**
   * By mutation, the promises that it is seen to break, any of them, and the seed to begin with: the first that showed it.
   * With each change of the system histories change, and the search goes on to another seed: that one belongs here then, or
   * every run looks at all before it once more.
   */
  const MUTATIONS: { readonly [Name in MutationName]?: readonly [promise: string, seed: number] } = {
    'no-idempotency': ['idempotent', 1],
    'reordered-redelivery': ['ordered', 23],
    'many-active-consumers': ['ordered', 1],
    'ack-first': ['durable|ordered|told|read', 92],
    'no-confirms': ['durable|ordered|read', 1],
    'unheard-room': ['told', 1],
    'unawaited-subscribe': ['told', 16],
    'late-unsubscribe': ['told', 18],
    'unfollowed-slot': ['told', 6],
    'unkept-leave': ['private', 8],
    'unplaced-join': ['private|told', 3],
    'forgotten-join': ['told', 26],
    'late-join': ['private', 78],
    'emission-before-join': ['told', 1],
    'leave-before-emission': ['told', 1],
    'leave-told-once': ['private', 1031],
    'sign-out-told-once': ['private', 315],
    'session-asked-once': ['private', 2],
    'unmarked-handshake': ['private|told', 5],
    'lost-receipts': ['read', 736],
    'receding-watermark': ['read', 1],
    'own-unread': ['read', 1],
    'writing-reads': ['read', 1],
    'overtaken-retry': ['ordered', 28],
    'forgotten-retry': ['durable|read|ordered', 14],
    'buried-defect': ['defect|durable', 14],
    'announced-resend': ['idempotent', 1],
    'unannounced-redelivery': ['told', 20],
    'change-without-number': ['dense|changed|gap-visible', 1],
    'effect-only-emission': ['told', 21],
    'resurrecting-resend': ['deleted', 16],
    'edit-after-delete': ['deleted', 267],
    'edited-twice': ['idempotent', 1063],
    'reaction-toggled': ['durable', 1],
    'unordered-reactions': ['changed', 3],
    'rev-not-compared': ['changed|gap-visible|deleted', 3],
    'jumped-changes': ['gap-visible|changed|deleted', 219],
    'switch-without-fence': ['ordered', 565],
    'two-ways-at-once': ['ordered', 555],
    'eternal-lease': ['presence', 7],
    'silent-lapse': ['presence', 22],
    'unrestored-books': ['presence', 53],
    'one-for-all': ['presence', 18],
  };
  for (const [mutation, [promise, from]] of Object.entries(MUTATIONS)) {
    it(`finds ${mutation}: the promise to be ${promise.replaceAll('|', ' or ')} is broken`, async () => {
      const { failed } = await search(mutation as MutationName, from);
      expect(failed.flatMap(({ findings }) => findings).join('\n')).to.match(new RegExp(`^(?:${promise}): `, 'm'));
      console.log(`      seed ${failed[0]?.seed} caught it`);
    });
  }

  it('explores from the command line', async () => {
    const { code, output } = await simulation('--seeds', '2..2');
    expect(code, output).to.equal(0);
    expect(output).to.contain('0 of 1 seeds broke a promise');
  });

  it('says what it does not understand', async () => {
    const wrong: Record<string, readonly string[]> = {
      'FROM..TO': ['--seeds', '5..1'],
      'a number': ['--seed', 'x'],
      'no mutation nothing': ['--mutation', 'nothing'],
      '--surprise': ['--surprise'],
    };
    for (const [why, args] of Object.entries(wrong)) expect(() => readArguments(args)).to.throw(why);
    const { code, output } = await simulation('--seeds', '5..1');
    expect(code).to.equal(2);
    expect(output).to.contain('usage: npm run simulate');
  });
});
