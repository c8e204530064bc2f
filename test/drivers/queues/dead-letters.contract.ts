/** Where messages go that nobody can use. */
import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { collect, ORDERED, UNORDERED } from './consumers.js';
import type { Processes } from './processes.js';

export function buried({ connect, queue, deadLetters }: Processes): void {
  it('puts a dead message whole, or the part that is given, with its reason into the dead-letter queue', async () => {
    const queues = await connect();
    const name = await queue(queues, true);
    const consumer = await collect(queues, name, ORDERED);
    const published = ['{"whole":true}', '[1,2,3]', 'good'].map(body => queues.publish(name, body));
    await consumer.got('{"whole":true}', '[1,2,3]', 'good');
    const [whole, part, good] = consumer.deliveries;
    await whole?.dead('unknown type');
    await part?.dead('the second is wrong', '[2]');
    good?.ack();
    await Promise.all(published);
    await eventually('the dead letters', async () => {
      expect(await deadLetters(name)).to.deep.equal([
        { body: '{"whole":true}', reason: 'unknown type' },
        { body: '[2]', reason: 'the second is wrong' },
      ]);
      return true;
    });
    await queues.close();
    const later = await connect();
    await later.declare([{ name, ordered: true }]);
    const again = await collect(later, name, ORDERED);
    const last = later.publish(name, 'last');
    await again.got('last');
    again.deliveries[0]?.ack();
    await last;
  });

  it('takes a reason of any length', async () => {
    const queues = await connect();
    const name = await queue(queues, false);
    const consumer = await collect(queues, name, UNORDERED);
    const published = queues.publish(name, '1');
    await consumer.got('1');
    await consumer.deliveries[0]?.dead('🙂'.repeat(100_000));
    await published;
    const [letter] = await eventually('the dead letter', async () => {
      const letters = await deadLetters(name);
      return letters.length === 1 && letters;
    });
    expect(letter?.reason.startsWith('🙂🙂')).to.equal(true);
  });
}
