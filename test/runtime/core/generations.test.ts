/** The generations of a queue's partitions: who proposes one, in which order, and what becomes of it. */
import { expect } from 'chai';
import { createGenerations, type Generations, partitionLog } from '#runtime/core/generations.js';
import { writeGeneration, writeRetired } from '#runtime/core/partition-plan.js';
import { deferred } from '#runtime/deferred.js';
import { eventually } from '../../support/eventually.js';
import { memoryLog } from '../../support/log.js';

const SPEC = { name: 'things', partitions: 2 };
const SOON = { quietMs: 1, againMs: 5 };

/** A log that processes follow, and what they did at the broker, in order; which may be away for some of it. */
function broker() {
  const entries: string[] = [];
  const followers: ((entry: string) => void)[] = [];
  const done: string[] = [];
  const processes: Generations[] = [];
  let ways = 0;
  const troubles: { readonly step: string; happen(): unknown }[] = [];
  async function step(what: string): Promise<void> {
    if (troubles[0] && what.startsWith(troubles[0].step)) await troubles.shift()?.happen();
    done.push(what);
  }
  function add(entry: string): void {
    entries.push(entry);
    for (const follower of followers) follower(entry);
  }
  return {
    done,
    add,
    /** Before the next step of this kind, after all that were to happen before. */
    meanwhile: (step: string, happen: () => unknown) => void troubles.push({ step, happen }),
    /** Another process, which wants so many partitions, or leaves it to others. */
    join(wanted?: number, log = memoryLog(), times = SOON) {
      const generations = createGenerations({
        ...{ spec: SPEC, wanted, log, times, newId: () => `way-${++ways}` },
        queues: {
          follow(name, take) {
            expect(name).to.equal(partitionLog(SPEC));
            for (const entry of entries) take(entry);
            followers.push(take);
          },
          async append(name, entry) {
            expect(name).to.equal(partitionLog(SPEC));
            await step(`append ${entry}`);
            add(entry);
          },
          declare: queues => step(`declare ${queues.map(({ name }) => name)}`),
          openWay: way => step(`open ${way.name} to ${way.queues}`),
          closeWay: way => step(`close ${way.name} to ${way.queues}`),
        },
      });
      processes.push(generations);
      return generations;
    },
    /** Long enough for whoever has something to say to have said it several times. */
    async quiet() {
      const before = done.length;
      for (let looks = 0; looks < 5; looks += 1) await new Promise(resolve => setTimeout(resolve, SOON.againMs));
      return done.length === before;
    },
    stop() {
      for (const each of processes) each.stop();
    },
  };
}

const entry = (number: number, partitions: number, way: string) => writeGeneration({ number, partitions, way });
const becomes = (generations: Generations, number: number) =>
  eventually(`generation ${number}`, () => generations.current()?.number === number, { every: 1 });

describe('generations of partitions', () => {
  let there: ReturnType<typeof broker>;
  beforeEach(() => {
    there = broker();
  });
  afterEach(() => there.stop());

  it('begin with the first, of as many partitions as are declared, whoever comes first', async () => {
    const first = there.join();
    expect([first.current(), first.all()], 'the log has not been read').to.deep.equal([undefined, []]);
    first.closed(7);
    await becomes(first, 0);
    expect(there.done).to.deep.equal([
      ...['declare things.0,things.1', 'open way-1 to things.0,things.1', `append ${entry(0, 2, 'way-1')}`],
    ]);
    const second = there.join(2);
    expect(second.all()).to.deep.equal([{ number: 0, partitions: 2, way: 'way-1' }]);
    expect(await there.quiet(), 'nobody wants anything else').to.equal(true);
  });

  it('go on with the number that a process wants: its queues, a way to them, the end of the way before, the entry', async () => {
    there.add(entry(0, 2, 'way-0'));
    const wants = there.join(3);
    await becomes(wants, 1);
    const queues = 'things.1-0,things.1-1,things.1-2';
    expect(there.done).to.deep.equal([
      ...[`declare ${queues}`, `open way-1 to ${queues}`, 'close way-0 to things.0,things.1'],
      `append ${entry(1, 3, 'way-1')}`,
    ]);
    expect(wants.all().map(({ partitions }) => partitions)).to.deep.equal([2, 3]);
  });

  it('begin as they are declared where a process wants another number, which has the next one', async () => {
    const wants = there.join(3);
    await becomes(wants, 1);
    expect(wants.all().map(({ partitions }) => partitions)).to.deep.equal([2, 3]);
    expect(await there.quiet()).to.equal(true);
  });

  it('are proposed once, however long that takes, and whatever comes up meanwhile', async () => {
    there.add(entry(0, 2, 'way-0'));
    const held = deferred<void>();
    there.meanwhile('declare', () => {
      wants.closed(0);
      return held.promise;
    });
    const wants = there.join(3);
    expect(await there.quiet()).to.equal(true);
    held.resolve();
    await becomes(wants, 1);
    expect(there.done.filter(step => step.startsWith('declare'))).to.have.length(1);
  });

  it('are proposed by a process once: it has had its say when its number was in force', async () => {
    there.add(entry(0, 2, 'way-0'));
    const had = there.join(2);
    const proposed = there.join(3);
    await becomes(had, 1);
    await becomes(proposed, 1);
    const later = there.join(4);
    await becomes(later, 2);
    expect(await there.quiet()).to.equal(true);
    expect([had, proposed, later].map(each => each.current()?.partitions)).to.deep.equal([4, 4, 4]);
  });

  it('are the ones that came first: whoever was overtaken closes the way that it opened, and proposes the next', async () => {
    there.add(entry(0, 2, 'way-0'));
    there.meanwhile('append', () => there.add(entry(1, 5, 'faster')));
    const overtaken = there.join(3);
    await becomes(overtaken, 2);
    expect(there.done).to.include('close way-1 to things.1-0,things.1-1,things.1-2');
    expect(overtaken.all().map(({ way }) => way)).to.deep.equal(['way-0', 'faster', 'way-2']);
    expect(overtaken.current()?.partitions).to.equal(3);
    expect(await there.quiet(), 'it has had its say').to.equal(true);
  });

  it('are proposed again where the broker was away, and nobody learns the way of the attempt that failed', async () => {
    const away = () => {
      throw new Error('away');
    };
    there.add(entry(0, 2, 'way-0'));
    there.meanwhile('declare', away);
    there.meanwhile('close', away);
    const log = memoryLog();
    const generations = there.join(3, log);
    await becomes(generations, 1);
    expect(generations.current()?.way).to.equal('way-3');
    await eventually('the other way is closed', () => there.done.some(step => step.startsWith('close way-2')), {
      every: 1,
    });
    expect(there.done.some(step => step.startsWith('close way-3'))).to.equal(false);
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).to.deep.equal([
      ...[
        'info partitions',
        'debug partitions could not be proposed yet',
        'debug partitions could not be proposed yet',
      ],
      'info partitions',
    ]);
    expect(log.lines[1]?.fields).to.have.property('queue', 'things');
    expect(log.lines[1]?.fields).to.have.nested.property('err.message', 'away');
    expect(log.lines.at(-1)?.fields).to.deep.equal({ queue: 'things', generation: 1, partitions: 3 });
  });

  it('harm nobody where the way of an attempt that failed cannot be closed', async () => {
    there.add(entry(0, 2, 'way-0'));
    there.meanwhile('append', () => there.add(entry(1, 5, 'faster')));
    there.meanwhile('close way-1', () => {
      throw new Error('away');
    });
    const generations = there.join(3);
    await becomes(generations, 2);
  });

  it('go on with the same number for publishers whose way was closed while no next one came', async () => {
    there.add(entry(0, 2, 'way-0'));
    const others = there.join();
    others.closed(0);
    await becomes(others, 1);
    expect(others.current()).to.deep.equal({ number: 1, partitions: 2, way: 'way-1' });
    others.closed(0);
    expect(await there.quiet(), 'that one has been followed').to.equal(true);
    others.closed(1);
    await becomes(others, 2);
    others.closed(0);
    expect(await there.quiet()).to.equal(true);
  });

  it('are put off by no publisher that goes on saying that its way is closed', async () => {
    there.add(entry(0, 2, 'way-0'));
    const others = there.join(undefined, memoryLog(), { quietMs: 1, againMs: 100 });
    const again = setInterval(() => others.closed(0), 1);
    await becomes(others, 1).finally(() => clearInterval(again));
  });

  it('are not proposed for a way that is closed before its generation is known, until that is', async () => {
    there.add(entry(0, 2, 'way-0'));
    const generations = there.join();
    generations.closed(1);
    expect(await there.quiet()).to.equal(true);
    there.add(entry(1, 2, 'way'));
    await becomes(generations, 2);
  });

  it('are told to whoever watches, at once and whenever there is something new', async () => {
    there.add(entry(0, 2, 'way-0'));
    const log = memoryLog();
    const generations = there.join(2, log);
    let looks = 0;
    generations.watch(() => {
      looks += 1;
    });
    expect(looks).to.equal(1);
    there.add(entry(1, 4, 'way'));
    expect(looks).to.equal(2);
    there.add('nonsense');
    there.add(entry(1, 4, 'late'));
    expect(looks, 'nothing is new').to.equal(2);
    expect(generations.before(1).map(({ number }) => number)).to.deep.equal([0]);
    await generations.retireBefore(1);
    expect(there.done.at(-1)).to.equal(`append ${writeRetired(1)}`);
    expect([looks, generations.before(1)]).to.deep.equal([3, []]);
    expect(log.lines, 'told of each generation').to.have.length(2);
    expect(generations.spec).to.equal(SPEC);
  });

  it('are proposed by nobody who has stopped', async () => {
    there.add(entry(0, 2, 'way-0'));
    const generations = there.join(3);
    generations.stop();
    generations.closed(0);
    there.add(entry(1, 4, 'way'));
    expect(await there.quiet()).to.equal(true);
    expect(there.done).to.deep.equal([]);
  });
});
