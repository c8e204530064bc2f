/** Deliveries that wait for what was published before them elsewhere. */
import { expect } from 'chai';
import type { Delivery } from '#runtime/contract/ports.js';
import { createGate } from '#runtime/core/gate.js';
import { type Deferred, deferred } from '#runtime/deferred.js';
import { eventually } from '../../support/eventually.js';

const turn = () => new Promise(resolve => setImmediate(resolve));

function bench(...feeders: string[]) {
  const fences: { queue: string; answer: Deferred<boolean> }[] = [];
  const handed: string[] = [];
  const gate = createGate({
    feeders: () => feeders,
    fence(queue) {
      const answer = deferred<boolean>();
      fences.push({ queue, answer });
      return answer.promise;
    },
    hand: ({ body }) => void handed.push(body),
  });
  const lost = new Set<string>();
  const take = (body: string): void => {
    const delivery = {
      body,
      get stale() {
        return lost.has(body);
      },
    };
    gate.take(delivery as Delivery);
  };
  const asked = (count: number) => eventually(`${count} fences`, () => fences.length === count, { every: 1 });
  return { gate, take, fences, handed, feeders, lost, asked };
}

describe('a gate', () => {
  it('lets everything through at once when nothing has to be done first', () => {
    const { take, handed } = bench();
    take('1');
    take('2');
    expect(handed).to.deep.equal(['1', '2']);
  });

  it('asks once for all that has come, and again for what comes meanwhile', async () => {
    const { take, fences, handed, asked } = bench('old.0', 'old.1');
    take('1');
    take('2');
    expect(fences.map(({ queue }) => queue)).to.deep.equal(['old.0', 'old.1']);
    take('3');
    fences[0]?.answer.resolve(true);
    await turn();
    expect(handed).to.deep.equal([]);
    fences[1]?.answer.resolve(true);
    await asked(4);
    // 3 came after the fence was sent: something may have been published there before it and after that.
    expect(handed).to.deep.equal(['1']);
    fences[2]?.answer.resolve(true);
    fences[3]?.answer.resolve(true);
    await eventually('the rest', () => handed.length === 3, { every: 1 });
    expect(handed).to.deep.equal(['1', '2', '3']);
  });

  it('goes on asking while no consumer answers, and drops what has come again elsewhere meanwhile', async () => {
    const { take, fences, handed, lost, asked } = bench('old.0');
    take('1');
    lost.add('1');
    take('2');
    fences[0]?.answer.resolve(false);
    await asked(2);
    expect(handed).to.deep.equal([]);
    fences[1]?.answer.resolve(true);
    await eventually('the one that is left', () => handed.length > 0, { every: 1 });
    expect(handed).to.deep.equal(['2']);
  });

  it('is open once the generation before is retired, also for those that wait', async () => {
    const { take, fences, handed, feeders, asked } = bench('old.0');
    take('1');
    await asked(1);
    feeders.pop();
    fences[0]?.answer.resolve(false);
    await eventually('it', () => handed.length === 1, { every: 1 });
    take('2');
    expect(handed).to.deep.equal(['1', '2']);
  });

  it('hands over nothing any more when it is stopped', async () => {
    const { gate, take, fences, handed } = bench('old.0');
    take('1');
    gate.stop();
    fences[0]?.answer.resolve(true);
    take('2');
    await turn();
    expect(handed).to.deep.equal([]);
  });
});
