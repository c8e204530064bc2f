/** When V8 is told to save memory, and when no longer. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { saveMemoryAtRest } from '../../runtime/memory-at-rest.js';
import { until } from '../support/eventually.js';

const LOOK_MS = 5;
const NODE = '24.1.0';

describe('memory at rest', () => {
  /** What is told, by look, while the loop is busy for these parts of the time, and so many clients come at the second look. */
  async function told(parts: readonly number[], come = 6_000): Promise<(readonly [number, boolean])[]> {
    const said: (readonly [number, boolean])[] = [];
    let looks = 0;
    const busy = () => parts[Math.min(looks++, parts.length - 1)] ?? 0;
    const clients = async () => (looks === 1 ? 300 : 300 + come);
    const save = (saving: boolean) => void said.push([looks, saving]);
    const stop = saveMemoryAtRest({ clients, save, busy, lookEveryMs: LOOK_MS, node: NODE });
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

  it('is not saved where few have come together, however much they talked', async () => {
    expect(await told([...times(5, 0.9), ...times(60, 0.03)], 4_900)).to.deep.equal([]);
  });

  it('is not saved between two pieces of work', async () => {
    expect(await told([...times(4, 0), 0.5, ...times(4, 0.1), 0.15, ...times(4, 0), 0.9])).to.deep.equal([]);
  });

  it('is not saved any more as soon as there is work, nor in the next lull', async () => {
    expect(await told([...times(6, 0), 0.15, 0.8, ...times(20, 0)])).to.deep.equal([
      [5, true],
      [8, false],
    ]);
  });

  it('is saved again when many have gone and as many have come', async () => {
    let looks = 0;
    const said: (readonly [number, boolean])[] = [];
    const clients = async () => [0, 9_000, 2_000, 8_000][Math.min(3, Math.floor(looks / 30))] ?? 0;
    const busy = () => {
      looks++;
      return 0;
    };
    const save = (saving: boolean) => void said.push([looks, saving]);
    const stop = saveMemoryAtRest({ clients, save, busy, lookEveryMs: LOOK_MS, node: NODE });
    await until(() => looks > 120);
    stop();
    expect(said.map(([, saving]) => saving)).to.deep.equal([true, false, true, false]);
    expect([said[0]?.[0], said[2]?.[0]]).to.deep.equal([30, 90]);
  });

  it('is left to V8 in releases of Node that may not know the flag', async () => {
    const never = () => expect.fail('told');
    const stop = saveMemoryAtRest({ clients: never, save: never, busy: () => 0, lookEveryMs: 1, node: '20.19.0' });
    await pause(30);
    stop();
  });

  it('is looked at with the real loop', async () => {
    let count = 0;
    const said: boolean[] = [];
    const save = (saving: boolean) => void said.push(saving);
    const clients = async () => count++ * 10_000;
    const stop = saveMemoryAtRest({ clients, lookEveryMs: 20, save, node: NODE });
    await until(() => said.length > 0);
    stop();
    expect(said).to.deep.equal([true]);
  });
});
