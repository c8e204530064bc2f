/** Publications whose partitions change under them: where each goes, and in which order. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import { WayClosed } from '#runtime/contract/ports.js';
import { type Batch, createPartitionFlow } from '#runtime/core/partition-flow.js';
import type { Generation } from '#runtime/core/partition-plan.js';
import { deferred } from '#runtime/deferred.js';

interface Item {
  readonly key: string;
  readonly event: string;
}

const turn = () => new Promise(resolve => setImmediate(resolve));
const item = (event: string): Item => ({ key: 'a', event });

/** Batches of one, which end when they are told to. */
function bench(most?: Parameters<typeof createPartitionFlow>[2]) {
  let generation: Generation | undefined;
  let look = (): void => {};
  const closed: number[] = [];
  const sent: { event: string; queue: string; way: string; end(failure?: unknown): void }[] = [];
  const flow = createPartitionFlow<Item>(
    {
      spec: { name: 'things', partitions: 8 },
      current: () => generation,
      closed: number => void closed.push(number),
      watch(watcher) {
        look = watcher;
      },
    },
    (queue, way, one) => {
      const batch: Batch<Item> = { items: [one], confirmed: deferred<void>() };
      batch.confirmed.promise.catch(() => {});
      flow.began(batch);
      const end = (failure?: unknown): void => {
        if (flow.ended(batch, failure)) return;
        if (failure) batch.confirmed.reject(failure);
        else batch.confirmed.resolve();
      };
      sent.push({ event: one.event, queue, way, end });
      return batch.confirmed.promise;
    },
    most,
  );
  const place = (one: Item) => flow.place(one, flow.laneOf(one.key));
  const become = (number: number, partitions: number): void => {
    generation = { number, partitions, way: `way-${number}` };
    look();
  };
  const events = () => sent.map(({ event, way }) => `${event} ${way}`);
  return { flow, place, become, sent, events, closed };
}

describe('publications to partitions', () => {
  it('wait until it is known which there are, and keep their order', async () => {
    const { place, become, sent, events } = bench();
    const placed = ['1', '2'].map(each => place(item(each)));
    expect(sent).to.deep.equal([]);
    become(0, 8);
    void place(item('3'));
    expect(events()).to.deep.equal(['1 way-0', '2 way-0', '3 way-0']);
    expect(sent[0]?.queue).to.match(/^things\.\d$/);
    for (const { end } of sent) end();
    await Promise.all(placed);
  });

  it('go to the next generation when nothing is under way to the one before', async () => {
    const { place, become, sent, events } = bench();
    become(0, 8);
    void place(item('1'));
    become(1, 32);
    const second = place(item('2'));
    expect(events()).to.deep.equal(['1 way-0']);
    sent[0]?.end();
    expect(events()).to.deep.equal(['1 way-0', '2 way-1']);
    expect(sent[1]?.queue).to.match(/^things\.1-\d+$/);
    sent[1]?.end();
    await second;
  });

  it('that find their way closed go on the next one, before what was handed in later, in whichever order they are told', async () => {
    const { place, become, sent, events, closed } = bench();
    become(0, 8);
    const placed = ['1', '2', '3'].map(each => place(item(each)));
    sent[0]?.end();
    sent[2]?.end(new WayClosed('things.0'));
    placed.push(place(item('4')));
    sent[1]?.end(new WayClosed('things.0'));
    expect(closed).to.deep.equal([0, 0]);
    placed.push(place(item('5')));
    expect(sent.length).to.equal(3);
    become(1, 32);
    expect(events().slice(3)).to.deep.equal(['2 way-1', '3 way-1', '4 way-1', '5 way-1']);
    for (const { end } of sent.slice(3)) end();
    await Promise.all(placed);
  });

  it('that fail for another reason are not sent again, and hold nobody up', async () => {
    const { place, become, sent, events } = bench();
    become(0, 8);
    const first = place(item('1')).then(
      () => undefined,
      failure => failure,
    );
    become(1, 4);
    void place(item('2'));
    sent[0]?.end(new Failure('unavailable', 'the broker is away'));
    expect((await first).message).to.equal('the broker is away');
    expect(events()).to.deep.equal(['1 way-0', '2 way-1']);
  });

  it('are turned back as often as partitions change', async () => {
    const { place, become, sent, events } = bench();
    become(0, 8);
    const placed = place(item('1'));
    sent[0]?.end(new WayClosed('things.0'));
    become(1, 32);
    sent[1]?.end(new WayClosed('things.1-0'));
    become(2, 4);
    sent[2]?.end();
    await placed;
    await turn();
    expect(events()).to.deep.equal(['1 way-0', '1 way-1', '1 way-2']);
  });

  it('fail in time when nobody says which partitions there are, and are refused when too many wait', async () => {
    const { place } = bench({ ms: 20, waiting: 3, bytes: 100 });
    const fate = (placed: Promise<void>) => placed.catch(({ code, message }) => [code, message]);
    const tooMany = ['unavailable', 'too many messages wait for their partition'];
    const late = ['unavailable', 'the partitions of things are not known in time'];
    const large = item('x'.repeat(60));
    const first = fate(place(item('1')));
    const placed = [large, large, item('2'), item('3')].map(each => fate(place(each)));
    expect(await Promise.all([first, ...placed])).to.deep.equal([late, late, tooMany, late, tooMany]);
    // What was given up makes room.
    expect(await fate(place(large))).to.deep.equal(late);
  });

  it('that are confirmed though later ones found their way closed are not sent again', async () => {
    const { place, become, sent, events } = bench();
    become(0, 8);
    const placed = ['1', '2'].map(each => place(item(each)));
    sent[1]?.end(new WayClosed('things.0'));
    sent[0]?.end();
    become(1, 32);
    expect(events()).to.deep.equal(['1 way-0', '2 way-0', '2 way-1']);
    sent[2]?.end();
    await Promise.all(placed);
  });

  it('that are given up are not sent later, and those that came after them are', async () => {
    const { place, become, events } = bench({ ms: 40, waiting: 3, bytes: 100 });
    const first = place(item('1')).catch(({ code }) => code);
    await sleep(10);
    void place(item('2'));
    expect(await first).to.equal('unavailable');
    become(0, 8);
    expect(events()).to.deep.equal(['2 way-0']);
  });

  it('may wait as long as they are so many bytes together, and not one more', async () => {
    const large = item('x'.repeat(60));
    const bytes = JSON.stringify([large.event]).length;
    const fate = (most: number) =>
      bench({ ms: 20, waiting: 3, bytes: most })
        .place(large)
        .catch(({ message }) => message);
    expect(await fate(bytes)).to.contain('not known in time');
    expect(await fate(bytes - 1)).to.contain('too many messages wait');
  });
});
