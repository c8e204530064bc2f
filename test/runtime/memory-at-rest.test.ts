/** When V8 is told to save memory, and when no longer. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { saveMemoryAtRest } from '../../runtime/memory-at-rest.js';
import { until } from '../support/eventually.js';

const LOOK_MS = 5;
const MB = 1024 * 1024;

describe('memory at rest', () => {
  /** What is told, by look, while the loop is busy for these parts of the time, with so much more held than at first. */
  async function told(parts: readonly number[], more = 200, node = '24.1.0'): Promise<(readonly [number, boolean])[]> {
    const said: (readonly [number, boolean])[] = [];
    let looks = 0;
    const busy = () => parts[Math.min(looks++, parts.length - 1)] ?? 0;
    const held = () => (looks === 0 ? 50 : 50 + more) * MB;
    const save = (saving: boolean) => void said.push([looks, saving]);
    const stop = saveMemoryAtRest({ save, busy, held, lookEveryMs: LOOK_MS, node });
    await until(() => looks > parts.length);
    stop();
    return said;
  }
  const times = (count: number, part: number): number[] => Array.from({ length: count }, () => part);

  it('is saved once, and not for long, when a rush is over and the loop has next to nothing to do', async () => {
    expect(await told(times(60, 0.03))).to.deep.equal([
      [5, true],
      [20, false],
    ]);
  });

  it('is not saved where little has come together', async () => {
    expect(await told(times(60, 0.03), 90)).to.deep.equal([]);
  });

  it('is not saved between two pieces of work', async () => {
    expect(await told([...times(4, 0), 0.5, ...times(4, 0.1), 0.15, ...times(4, 0), 0.9])).to.deep.equal([]);
  });

  it('is not saved any more as soon as there is work, until there has been none for a while again', async () => {
    expect(await told([...times(6, 0), 0.15, 0.8, ...times(4, 0), 0.8, ...times(6, 0)])).to.deep.equal([
      [5, true],
      [8, false],
      [18, true],
    ]);
  });

  it('is left to V8 in releases of Node that may not know the flag', async () => {
    const stop = saveMemoryAtRest({ save: () => expect.fail('told'), busy: () => 0, lookEveryMs: 1, node: '20.19.0' });
    await pause(30);
    stop();
  });

  it('is looked at with the real loop and the real V8', async () => {
    let held = 0;
    const said: boolean[] = [];
    const save = (saving: boolean) => void said.push(saving);
    const stop = saveMemoryAtRest({ lookEveryMs: 20, held: () => held++ * 200 * MB, save, node: '24.1.0' });
    await until(() => said.length > 0);
    stop();
    expect(said).to.deep.equal([true]);
  });
});
