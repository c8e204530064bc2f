/**
 * The simulation keeps its own promises: a seed is one history, the system withstands a hundred of them, and each
 * way of breaking it is found. Each campaign is a process of its own, since it takes over the clocks of its threads.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const MAIN = fileURLToPath(new URL('../../tools/simulation/main.js', import.meta.url));

function simulation(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [MAIN, ...args], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}

/** A run ends with the first seed that catches it. */
const SEEDS = '1..4000';

describe('simulation', function () {
  this.timeout(300_000);

  it('withstands a hundred seeds of faults', async () => {
    const { code, output } = await simulation('--seeds', '1..120');
    expect(code, output).to.equal(0);
    expect(output).to.contain('0 of 120 seeds broke a promise');
    for (const fault of [
      'process killed',
      'process frozen',
      'answer lost after commit',
      'deliveries given back',
      'defect that passes',
    ]) {
      expect(output).to.match(new RegExp(`${fault} +[1-9]`));
    }
  });

  it('withstands what once broke a promise', async () => {
    for (const seed of ['6033', '6564']) {
      const { code, output } = await simulation('--seed', seed);
      expect(code, output).to.equal(0);
      expect(output).to.contain('every promise was kept');
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
    const found = await simulation('--seeds', SEEDS, '--mutation', 'ack-first', '--until-found');
    const [, seed = ''] = /seed (\d+):/.exec(found.output) ?? [];
    const alone = await simulation('--seed', seed, '--mutation', 'ack-first');
    const [, finding = ''] = /seed \d+:.*\n {2}(.*)/.exec(found.output) ?? [];
    expect(finding).not.to.equal('');
    expect(alone.output.split('\n')[0]).to.equal(finding);
  });

  /** By mutation, the promises that it is seen to break, any of them. */
  const MUTATIONS = {
    'no-idempotency': 'idempotent',
    'reordered-redelivery': 'ordered',
    'many-active-consumers': 'ordered',
    'ack-first': 'durable|ordered|told|read',
    'no-confirms': 'durable|ordered|read',
    'unkept-leave': 'private',
    'unplaced-join': 'private|told',
    'forgotten-join': 'told',
    'late-join': 'private',
    'emission-before-join': 'told',
    'leave-before-emission': 'told',
    'leave-told-once': 'private',
    'sign-out-told-once': 'private',
    'session-asked-once': 'private',
    'unmarked-handshake': 'private|told',
    'lost-receipts': 'read',
    'receding-watermark': 'read',
    'own-unread': 'read',
    'writing-reads': 'read',
    'overtaken-retry': 'ordered',
    'forgotten-retry': 'durable|read',
    'buried-defect': 'defect|durable',
    'announced-resend': 'idempotent',
    'unannounced-redelivery': 'told',
    'change-without-number': 'dense|changed|gap-visible',
    'effect-only-emission': 'told',
    'resurrecting-resend': 'deleted',
    'edit-after-delete': 'deleted',
    'edited-twice': 'idempotent',
    'reaction-toggled': 'durable',
    'unordered-reactions': 'changed',
    'rev-not-compared': 'changed|gap-visible|deleted',
    'jumped-changes': 'gap-visible|changed|deleted',
    'eternal-lease': 'presence',
    'silent-lapse': 'presence',
    'unrestored-books': 'presence',
    'one-for-all': 'presence',
  };
  for (const [mutation, promise] of Object.entries(MUTATIONS)) {
    it(`finds ${mutation}: the promise to be ${promise.replaceAll('|', ' or ')} is broken`, async () => {
      const { code, output } = await simulation('--seeds', SEEDS, '--mutation', mutation, '--until-found');
      expect(code, output).to.equal(1);
      expect(output).to.match(new RegExp(`^ {2}(?:${promise}): `, 'm'));
      console.log(`      ${/^seed \d+/m.exec(output)?.[0]} caught it`);
    });
  }

  it('says what it does not understand', async () => {
    for (const args of [['--seeds', '5..1'], ['--seed', 'x'], ['--mutation', 'nothing'], ['--surprise']]) {
      const { code, output } = await simulation(...args);
      expect(code).to.equal(2);
      expect(output).to.contain('usage: npm run simulate');
    }
  });
});
