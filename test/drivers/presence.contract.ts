/** What every Presence keeps, asked of a fresh one for each test. */
import { expect } from 'chai';
import type { Presence } from '#runtime/contract/ports.js';

export function presenceContract(make: () => Promise<Presence>): void {
  let presence: Presence;
  beforeEach(async () => {
    presence = await make();
  });
  afterEach(() => presence.close());

  it('is up', () => {
    expect(presence.state()).to.equal('up');
  });

  it('knows nobody at first', async () => {
    expect(await presence.online(['ann', 'bob'])).to.deep.equal(new Set());
    expect(await presence.online([])).to.deep.equal(new Set());
    expect(await presence.lapsed()).to.deep.equal([]);
  });

  it("tells a user's first connection and the last one from those between", async () => {
    expect(await presence.connect('ann', 'phone')).to.deep.equal({ first: true });
    expect(await presence.connect('ann', 'laptop')).to.deep.equal({ first: false });
    expect(await presence.disconnect('ann', 'phone')).to.deep.equal({ last: false });
    expect(await presence.online(['ann'])).to.deep.equal(new Set(['ann']));
    expect(await presence.disconnect('ann', 'laptop')).to.deep.equal({ last: true });
    expect(await presence.online(['ann'])).to.deep.equal(new Set());
    expect(await presence.connect('ann', 'phone')).to.deep.equal({ first: true });
  });

  it('counts a connection once, however often it connects', async () => {
    await presence.connect('ann', 'phone');
    expect(await presence.connect('ann', 'phone')).to.deep.equal({ first: false });
    expect(await presence.disconnect('ann', 'phone')).to.deep.equal({ last: true });
  });

  it('takes a connection off as often as it is asked to, and one that never was', async () => {
    await presence.connect('ann', 'phone');
    expect(await presence.disconnect('ann', 'watch')).to.deep.equal({ last: false });
    await presence.disconnect('ann', 'phone');
    expect(await presence.disconnect('ann', 'phone')).to.deep.equal({ last: true });
    expect(await presence.disconnect('bob', 'phone')).to.deep.equal({ last: true });
  });

  it('keeps users apart who name their connections alike', async () => {
    await presence.connect('ann', 'phone');
    expect(await presence.connect('bob', 'phone')).to.deep.equal({ first: true });
    await presence.disconnect('ann', 'phone');
    expect(await presence.online(['ann', 'bob'])).to.deep.equal(new Set(['bob']));
  });

  it('takes any text for an id', async () => {
    const users = ['a|b', 'a', 'ümlaut ☂', '%7C', '{x}:owner:y', '*'];
    for (const user of users) expect(await presence.connect(user, `b|${user}`)).to.deep.equal({ first: true });
    expect(await presence.online([...users, 'b'])).to.deep.equal(new Set(users));
    for (const user of users) expect(await presence.disconnect(user, `b|${user}`)).to.deep.equal({ last: true });
  });

  it('answers for thousands of users at once', async () => {
    const users = Array.from({ length: 3_000 }, (_, n) => `user${n}`);
    const odd = users.filter((_, n) => n % 2 === 1);
    await Promise.all(odd.map(user => presence.connect(user, 'phone')));
    expect(await presence.online([...users, ...users])).to.deep.equal(new Set(odd));
  });

  it('gives exactly one of many connections at one moment the first, and one the last', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `device${n}`);
    const connected = await Promise.all(names.map(name => presence.connect('ann', name)));
    expect(connected.filter(({ first }) => first)).to.have.length(1);
    const disconnected = await Promise.all(names.map(name => presence.disconnect('ann', name)));
    expect(disconnected.filter(({ last }) => last)).to.have.length(1);
  });

  it('names nobody as lapsed whose gateway lives, and forgets nobody who is connected', async () => {
    await presence.connect('ann', 'phone');
    expect(await presence.lapsed()).to.deep.equal([]);
    await presence.forget(['ann', 'bob']);
    await presence.forget([]);
    expect(await presence.online(['ann'])).to.deep.equal(new Set(['ann']));
  });

  it('closes as often as it is asked to', async () => {
    await presence.connect('ann', 'phone');
    await presence.close();
    await presence.close();
  });
}
