/** A client asks for the names and the presence of those it meets, many at a time, and once each. */
import { expect } from 'chai';
import { createPeople } from '../../../web/client/people.js';
import { Refusal } from '../../../web/client/refusal.js';
import type { Person } from '../../../web/client/shapes.js';
import { createStore } from '../../../web/client/state.js';
import { fakeClock, settled } from '../support/fake-clock.js';

describe('people whom a client meets', () => {
  function stage() {
    const clock = fakeClock();
    const store = createStore();
    const the = {
      named: [] as (readonly string[])[],
      found: [] as string[],
      asked: [] as string[][],
      /** Who shares no chat with the user any more. */
      gone: new Set<string>(),
      away: false,
      atOnce: 0,
      most: 0,
    };
    const personOf = (id: string): Person => ({ id, username: `name-of-${id}`, displayName: id.toUpperCase() });
    const people = createPeople({
      clock,
      store,
      named: async ids => {
        if (the.away) throw new Refusal('rate_limited', 'slowly');
        the.named.push(ids);
        return { users: ids.filter(id => !the.gone.has(id)).map(personOf) };
      },
      find: async id => {
        the.atOnce += 1;
        the.most = Math.max(the.most, the.atOnce);
        await settled();
        the.atOnce -= 1;
        if (the.away) throw new Refusal('rate_limited', 'slowly');
        the.found.push(id);
        return { users: [personOf(id)] };
      },
      ask: async (_event, { userIds }) => {
        the.asked.push(userIds);
        return { presence: userIds.map(userId => ({ userId, status: 'online' as const, lastSeenAt: null })) };
      },
    });
    return { clock, store, the, people };
  }

  it('are looked up once each, two hundred in one call', async () => {
    const { clock, store, the, people } = stage();
    const ids = Array.from({ length: 450 }, (_, at) => `p${at}`);
    people.meet(ids.slice(0, 100));
    people.meet(ids);
    await clock.pass(100);
    expect(the.named).to.deep.equal([ids.slice(0, 200), ids.slice(200, 400), ids.slice(400)]);
    expect(the.found).to.deep.equal([]);
    expect(store.state.people.p449?.displayName).to.equal('P449');
    expect(the.asked, 'one question for all').to.deep.equal([ids]);
    expect(store.state.presence.p3?.status).to.equal('online');
  });

  it('are found one by one when they share no chat any more, a few at a time', async () => {
    const { clock, store, the, people } = stage();
    const ids = Array.from({ length: 10 }, (_, at) => `p${at}`);
    the.gone = new Set(ids);
    people.meet([...ids, 'ann']);
    await clock.pass(100);
    for (let moment = 0; moment < 10; moment++) await settled();
    expect(the.found.sort()).to.deep.equal(ids);
    expect(the.most).to.equal(4);
    expect(store.state.people.p3?.displayName).to.equal('P3');
  });

  it('are asked about again when they have written, as long as it is unknown whether they are there', async () => {
    const { clock, store, the, people } = stage();
    people.meet(['ann', 'ben']);
    await clock.pass(100);
    store.change({ presence: { ben: { userId: 'ben', status: 'offline', lastSeenAt: null } } });
    people.heardFrom('ann');
    people.heardFrom('ben');
    await clock.pass(100);
    expect(the.asked).to.deep.equal([['ann', 'ben'], ['ann']]);
  });

  it('are not looked up who are known already', async () => {
    const { clock, the, people } = stage();
    people.know([{ id: 'ben', username: 'ben', displayName: 'Ben' }]);
    people.meet(['ben']);
    await clock.pass(100);
    expect(the.named).to.deep.equal([]);
    expect(the.asked).to.deep.equal([['ben']]);
  });

  it('are asked about again when the connection has come', async () => {
    const { clock, the, people } = stage();
    people.meet(['ann', 'ben']);
    await clock.pass(100);
    people.greet();
    expect(the.asked).to.deep.equal([
      ['ann', 'ben'],
      ['ann', 'ben'],
    ]);
  });

  it('are looked up later when there is no answer now', async () => {
    const { clock, store, the, people } = stage();
    the.away = true;
    people.meet(['ann']);
    await clock.pass(1_000);
    the.away = false;
    await clock.pass(2_000);
    expect(store.state.people.ann?.displayName).to.equal('ANN');
  });

  it('are nobody’s affair once it is closed', async () => {
    const { clock, the, people } = stage();
    the.away = true;
    people.meet(['ann', 'ben', 'cem', 'dan', 'eve', 'fay']);
    people.close();
    await clock.pass(60_000);
    expect(clock.due).to.equal(0);
    expect([...the.named, ...the.found]).to.deep.equal([]);
  });
});
