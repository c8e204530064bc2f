/** When V8 is told to save memory, and when no longer. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { saveMemoryAtRest } from '../../runtime/memory-at-rest.js';
import { until } from '../support/eventually.js';

const LOOK_MS = 5;

describe('memory at rest', () => {
  /** What is told while the loop is busy for these parts of the time, the last of them for ever. */
  async function told(parts: readonly number[], node = '24.1.0'): Promise<boolean[]> {
    const said: boolean[] = [];
    let looks = 0;
    const busy = () => parts[Math.min(looks++, parts.length - 1)] ?? 0;
    const stop = saveMemoryAtRest({ save: saving => said.push(saving), busy, lookEveryMs: LOOK_MS, node });
    await until(() => looks > parts.length).catch(() => {});
    stop();
    return said;
  }
  const times = (count: number, part: number): number[] => Array.from({ length: count }, () => part);

  it('is saved when the loop has had next to nothing to do for a while', async () => {
    expect(await told(times(20, 0.03))).to.deep.equal([true]);
  });

  it('is not saved between two pieces of work', async () => {
    expect(await told([...times(4, 0), 0.5, ...times(4, 0.1), 0.15, ...times(4, 0), 0.9])).to.deep.equal([]);
  });

  it('is not saved any more as soon as there is work, until there has been none for a while again', async () => {
    expect(await told([...times(6, 0), 0.15, 0.8, ...times(4, 0), 0.8, ...times(6, 0)])).to.deep.equal([
      true,
      false,
      true,
    ]);
  });

  it('is left to V8 in releases of Node that may not know the flag', async () => {
    const stop = saveMemoryAtRest({ save: () => expect.fail('told'), busy: () => 0, lookEveryMs: 1, node: '20.19.0' });
    await pause(30);
    stop();
  });

  it('is looked at with the real loop and the real V8', async () => {
    const stop = saveMemoryAtRest({ lookEveryMs: 1 });
    await pause(50);
    stop();
  });
});
