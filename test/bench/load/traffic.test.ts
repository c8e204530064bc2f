import { expect } from 'chai';
import type { Fields } from '#tools/bench/load/device.js';
import { trackTraffic } from '#tools/bench/load/traffic.js';

const fields =
  (values: Record<string, string | number | boolean>): Fields =>
  name =>
    values[name] === undefined ? undefined : String(values[name]);

const stored = (seq: number) => fields({ ok: true, seq });
const shown = (clientId: string, seq: number) => fields({ clientId, seq });

const room = { chatId: 'room', sender: 0, receivers: [0, 1] };

describe('the traffic of a load client', () => {
  it('is finished with a message when it is acknowledged and has reached everybody', () => {
    const traffic = trackTraffic([room], 't');
    const finished: number[] = [];
    traffic.onFinished = number => finished.push(number);
    const { clientId, answered } = traffic.leaves(0);
    traffic.arrives(0, shown(clientId, 1));
    answered(stored(1));
    expect([finished, traffic.unfinished()]).to.deep.equal([[], 1]);
    traffic.arrives(1, shown(clientId, 1));
    expect([finished, traffic.unfinished()]).to.deep.equal([[0], 0]);
    expect([traffic.seqs, traffic.faults]).to.deep.equal([[[1]], []]);
  });

  it('counts only what happens while it measures', () => {
    const traffic = trackTraffic([room], 't');
    const send = () => {
      const { clientId, answered } = traffic.leaves(0);
      const seq = traffic.seqs[0]!.length;
      answered(stored(seq));
      for (const person of [0, 1]) traffic.arrives(person, shown(clientId, seq));
    };
    send();
    traffic.measure(true);
    send();
    send();
    expect(traffic.counts).to.deep.equal({ acknowledged: 2, delivered: 4 });
    expect(traffic.faults).to.deep.equal([]);
  });

  it('finds a hole, a second arrival, and a refusal', () => {
    const traffic = trackTraffic([room], 't');
    const [one, two, three] = [traffic.leaves(0), traffic.leaves(0), traffic.leaves(0)];
    for (const person of [0, 1]) traffic.arrives(person, shown(one.clientId, 1));
    traffic.arrives(1, shown(three.clientId, 3));
    traffic.arrives(0, shown(one.clientId, 2));
    one.answered(stored(1));
    two.answered(fields({ ok: false, code: 'unavailable', message: 'later' }));
    expect(traffic.faults).to.deep.equal([
      'seq 3 came to person 1 where 2 was next',
      't.0.0 came once too often',
      'refused: unavailable later',
    ]);
  });

  it('leaves alone what belongs to another round', () => {
    const traffic = trackTraffic([room], 't');
    traffic.arrives(0, shown('other.0.0', 7));
    expect(traffic.faults).to.deep.equal([]);
  });
});
