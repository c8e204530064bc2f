/** Deliveries that wait for what was published before them elsewhere. */
import { expect } from 'chai';
import type { Delivery } from '#runtime/contract/ports.js';
import { fenceSender } from '#runtime/core/fence.js';
import { createGate } from '#runtime/core/gate.js';
import { type Deferred, deferred } from '#runtime/deferred.js';

const turn = () => new Promise(resolve => setImmediate(resolve));

/** As they stand in a queue. */
async function fenceNamed(id: string): Promise<string> {
  let sent = '';
  const publish = async (_queue: string, body: string): Promise<void> => {
    sent = body;
  };
  const replies = { replyTo: { address: '', receive: () => {} }, wait: async () => ({ reply: true }) };
  await fenceSender({ queues: { publish }, replies, source: '/test', newId: () => id })('any', () => true);
  return sent;
}

function bench(...feeders: string[]) {
  const fences: { queue: string; wanted: () => boolean; answer: Deferred<void> }[] = [];
  const handed: string[] = [];
  const gate = createGate({
    feeders: () => feeders,
    fence(queue, wanted) {
      const answer = deferred<void>();
      fences.push({ queue, wanted, answer });
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
  async function comes(...which: number[]): Promise<void> {
    for (const at of which) fences[at]?.answer.resolve();
    await turn();
  }
  return { gate, take, fences, handed, feeders, lost, comes, asked: () => fences.map(({ queue }) => queue) };
}

describe('a gate', () => {
  it('lets everything through at once when nothing has to be done first', () => {
    const { take, handed } = bench();
    take('1');
    take('2');
    expect(handed).to.deep.equal(['1', '2']);
  });

  it('asks once for all that has come, and again for what comes meanwhile', async () => {
    const { take, handed, asked, comes } = bench('old.0', 'old.1');
    take('1');
    expect(asked()).to.deep.equal(['old.0', 'old.1']);
    take('2');
    take('3');
    await comes(0);
    expect(handed).to.deep.equal([]);
    await comes(1);
    // Those came after the fences were sent: something may have been published there before them and after that.
    expect(handed).to.deep.equal(['1']);
    expect(asked()).to.deep.equal(['old.0', 'old.1', 'old.0', 'old.1']);
    await comes(2, 3);
    expect(handed).to.deep.equal(['1', '2', '3']);
    take('4');
    expect(asked()).to.have.length(6);
  });

  it('waits for as long as it takes, and wants the fences that it has sent', async () => {
    const { take, fences, handed, asked, comes } = bench('old.0', 'old.1');
    take('1');
    await comes(1);
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(asked()).to.deep.equal(['old.0', 'old.1']);
    expect(fences[0]?.wanted()).to.equal(true);
    await comes(0);
    expect(handed).to.deep.equal(['1']);
  });

  it('hands a fence of others over at once where nothing waits, and asks for none', async () => {
    const { take, handed, asked } = bench('old.0');
    const [one, two] = [await fenceNamed('one'), await fenceNamed('two')];
    take(one);
    take(two);
    expect(handed).to.deep.equal([one, two]);
    expect(asked()).to.deep.equal([]);
  });

  it('keeps a fence of others behind what came before it, and asks for that alone', async () => {
    const { take, handed, asked, comes } = bench('old.0');
    const [one, two] = [await fenceNamed('one'), await fenceNamed('two')];
    for (const body of ['1', one, two]) take(body);
    expect(handed).to.deep.equal([]);
    await comes(0);
    expect(handed).to.deep.equal(['1', one, two]);
    for (const body of ['2', one, '3', two]) take(body);
    await comes(1);
    expect(handed.slice(3)).to.deep.equal(['2', one]);
    await comes(2);
    expect(handed.slice(5)).to.deep.equal(['3', two]);
    expect(asked()).to.deep.equal(['old.0', 'old.0', 'old.0']);
  });

  it('takes nothing for a fence that is none, whatever it holds', () => {
    const { take, handed } = bench('old.0');
    for (const body of ['not JSON', 'null', '[]', '{"data":{"type":"function-runtime.fence.v1"}}']) take(body);
    expect(handed).to.deep.equal([]);
  });

  it('drops what waits and has come again', async () => {
    const { take, handed, lost, comes } = bench('old.0');
    for (const body of ['1', '2', '3']) take(body);
    for (const body of ['2', '3']) lost.add(body);
    for (const body of ['2 again', '3 again']) take(body);
    await comes(0, 1);
    await comes(1);
    expect(handed).to.deep.equal(['1', '2 again', '3 again']);
  });

  it('wants no fence from a queue in which nothing is left, and is open when that holds for all of them', async () => {
    const { take, fences, handed, feeders, comes } = bench('old.0', 'old.1');
    take('1');
    feeders.shift();
    expect(fences.map(({ wanted }) => wanted())).to.deep.equal([false, true]);
    feeders.pop();
    expect(fences.map(({ wanted }) => wanted())).to.deep.equal([false, false]);
    take('2');
    expect(handed).to.deep.equal([]);
    await comes(0, 1);
    expect(handed).to.deep.equal(['1', '2']);
    take('3');
    expect(handed).to.deep.equal(['1', '2', '3']);
    expect(fences).to.have.length(2);
  });

  it('hands over nothing any more when it is stopped, and wants no fence', async () => {
    const { gate, take, fences, handed, comes } = bench('old.0');
    take('1');
    gate.stop();
    expect(fences[0]?.wanted()).to.equal(false);
    take('2');
    await comes(0);
    take('3');
    await turn();
    expect(handed).to.deep.equal([]);
    expect(fences).to.have.length(1);
  });

  it('hands over nothing when it is stopped, though nothing has to be done first', () => {
    const { gate, take, handed } = bench();
    gate.stop();
    take('1');
    expect(handed).to.deep.equal([]);
  });

  it('hands over nothing that came while it asked when it is stopped', async () => {
    const { gate, take, fences, handed, comes } = bench('old.0');
    take('1');
    take('2');
    gate.stop();
    await comes(0);
    expect(handed).to.deep.equal([]);
    expect(fences).to.have.length(1);
  });
});
