/** The connection of a client comes back by itself, in good time and not all at once, and with a token that is good. */
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import { systemClock } from '../../../web/client/clock.js';
import { createLink, type Link, type LinkOptions, type LinkStatus } from '../../../web/client/link.js';
import type { Refusal } from '../../../web/client/refusal.js';
import { createWire, type Wire } from '../../../web/client/wire.js';
import { eventually, until } from '../../support/eventually.js';
import { callerOf, type TestGateway, testGateway } from '../../support/gateway.js';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.js';
import { fakeClock } from '../support/fake-clock.js';

describe('connection of a client', () => {
  let gateway: TestGateway;
  let proxy: TcpProxy;
  let target: { host: string; port: number };
  let link: Link;
  let wire: Wire;
  let statuses: LinkStatus[];
  let heard: string[];
  let silences: boolean[];
  let renewals: string[];
  const gateways: TestGateway[] = [];

  async function another(): Promise<TestGateway> {
    const made = await testGateway();
    made.invoker.tokens.set('good', callerOf('ann'));
    gateways.push(made);
    return made;
  }

  function dial(options: Partial<LinkOptions> = {}, token = 'good'): void {
    wire = createWire(systemClock);
    statuses = [];
    heard = [];
    silences = [];
    renewals = [];
    link = createLink({
      url: `http://127.0.0.1:${proxy.port}`,
      account: {
        expiresAt: Date.now() + 900_000,
        token: async () => renewals.at(-1) ?? token,
        renew: async stale => {
          renewals.push(stale === 'good' ? 'better' : 'good');
          return renewals.at(-1) ?? '';
        },
      },
      clock: systemClock,
      random: () => 0,
      wire,
      heard: event => heard.push(event),
      changed: status => statuses.push(status),
      fellSilent: silent => silences.push(silent),
      ...options,
    });
    link.open();
  }
  const online = () => eventually('connected', () => link.status === 'online', { every: 5 });
  const notes = (name: string) => wire.records.filter(record => record.kind === 'note' && record.name === name);

  beforeEach(async () => {
    gateway = await another();
    target = { host: '127.0.0.1', port: gateway.port };
    proxy = await tcpProxy(target);
  });
  afterEach(async () => {
    link.close();
    await proxy.close();
    for (const each of gateways.splice(0)) await each.close();
  });

  it('asks and is answered, with data or with a refusal', async () => {
    dial();
    await online();
    gateway.invoker.on('ask', ({ data }) => ({ reply: { echo: data } }));
    expect(await link.ask('ask', { a: 1 })).to.deep.equal({ echo: { a: 1 } });
    gateway.invoker.on('ask', () => {
      throw new Failure('rate_limited', 'slowly', { retryAfterMs: 700 });
    });
    const refusal = await link.ask('ask', {}).catch((thrown: Refusal) => thrown);
    expect(refusal).to.include({ code: 'rate_limited', passes: true });
    expect((refusal as Refusal).details.retryAfterMs).to.equal(700);
    expect(wire.records.filter(({ kind }) => kind === 'sent').map(({ outcome }) => outcome)).to.deep.equal([
      'ok',
      'rate_limited',
    ]);
  });

  it('is answered nothing in time, or while it is not there: that is unavailable', async () => {
    dial();
    expect(await link.ask('ask', {}).catch((thrown: Refusal) => thrown.code)).to.equal('unavailable');
    await online();
    gateway.invoker.on('ask', () => new Promise(() => {}));
    expect(await link.ask('ask', {}, 50).catch((thrown: Refusal) => thrown.code)).to.equal('unavailable');
    const cut = link.ask('ask', {}).catch((thrown: Refusal) => thrown.code);
    proxy.cut();
    expect(await cut).to.equal('unavailable');
  });

  it('comes back when the network does', async () => {
    dial();
    await online();
    proxy.cut();
    await until(() => link.status === 'connecting');
    await until(() => notes('not connected').length > 1);
    proxy.mend();
    await online();
    expect(statuses).to.deep.equal(['connecting', 'online', 'connecting', 'online']);
    expect(gateway.invoker.calls.filter(({ binding }) => binding.fn.name === 'connect')).to.have.length(2);
  });

  it('pauses longer and longer, and not at all when told that the network is back', async () => {
    const clock = fakeClock();
    proxy.cut();
    dial({ clock });
    const failures = (count: number) => until(() => notes('not connected').length === count);
    await clock.pass(0);
    await failures(1);
    for (const [nth, ms] of [150, 300, 600, 1_200].entries()) {
      await clock.pass(ms - 1);
      expect(notes('not connected')).to.have.length(nth + 1);
      await clock.pass(1);
      await failures(nth + 2);
    }
    proxy.mend();
    link.wake();
    await clock.pass(0);
    await online();
  });

  it('goes elsewhere when the server is leaving, and is answered before', async () => {
    const clock = systemClock;
    dial({ clock });
    await online();
    let finish: (value: object) => void = () => {};
    gateway.invoker.on('ask', () => new Promise<object>(resolve => (finish = resolve)));
    const asked = link.ask('ask', {});
    await until(() => gateway.invoker.calls.some(({ binding }) => binding.fn.name === 'ask'));
    const elsewhere = await another();
    target.port = elsewhere.port;
    const drained = gateway.server.drain(3_000);
    await until(() => wire.records.some(({ name }) => name === 'server:draining'));
    finish({ reply: { done: true } });
    expect(await asked).to.deep.equal({ done: true });
    await until(() => elsewhere.server.connections() === 1);
    await online();
    await drained;
    expect(heard, 'nobody else’s affair').to.deep.equal([]);
  });

  it('gets another token when the server refuses the one that it has', async () => {
    dial({}, 'bad');
    await online();
    expect(renewals).to.deep.equal(['good']);
    expect(notes('not connected')[0]?.data).to.deep.equal({ reason: 'unauthorized' });
  });

  it('comes back after the server ended it', async () => {
    dial();
    await online();
    gateway.server.io.disconnectSockets(true);
    await until(() => link.status === 'connecting');
    await online();
  });

  it('brings a new token before the old one ends', async () => {
    const clock = fakeClock();
    let expiresAt = clock.now() + 900_000;
    const account = {
      get expiresAt() {
        return expiresAt;
      },
      token: async () => 'good',
      renew: async () => {
        expiresAt = clock.now() + 900_000;
        renewals.push('renewed');
        return 'good';
      },
    };
    dial({ clock, account });
    await clock.pass(0);
    await online();
    await clock.pass(770_000);
    expect(renewals).to.deep.equal([]);
    await clock.pass(10_000);
    expect(renewals).to.deep.equal(['renewed']);
    await until(() => wire.records.some(({ name, outcome }) => name === 'auth:renew' && outcome !== undefined));
    const [asked] = wire.records.filter(({ name }) => name === 'auth:renew');
    expect(asked?.data, 'a token is nobody’s to see').to.equal(undefined);
    await clock.pass(770_000);
    await clock.pass(10_000);
    expect(renewals).to.have.length(2);
  });

  it('is said to be silent four seconds after a question, and given up after ten', async () => {
    const clock = fakeClock();
    dial({ clock });
    await clock.pass(0);
    await online();
    proxy.stall();
    const asked = link.ask('ask', {}).catch((thrown: Refusal) => thrown.code);
    await clock.pass(3_999);
    expect(silences).to.deep.equal([]);
    await clock.pass(1);
    expect([silences, link.status]).to.deep.equal([[true], 'online']);
    await clock.pass(6_000);
    expect([silences, link.status]).to.deep.equal([[true, false], 'connecting']);
    expect(await asked).to.equal('unavailable');
    proxy.mend();
    await clock.pass(1_000);
    await online();
  });

  it('is silent no longer when anything is heard, also when it is slow', async () => {
    const clock = fakeClock();
    dial({ clock });
    await clock.pass(0);
    await online();
    gateway.invoker.on('ask', () => ({ reply: {} }));
    proxy.stall();
    const asked = link.ask('ask', {});
    await clock.pass(4_000);
    proxy.mend();
    await asked;
    expect(silences).to.deep.equal([true, false]);
    await clock.pass(60_000);
    expect(statuses).to.deep.equal(['connecting', 'online']);
  });

  it('is asked whether it still answers when it has said nothing lately', async () => {
    const clock = fakeClock();
    dial({ clock });
    await clock.pass(0);
    await online();
    const questions = () => wire.records.filter(({ name }) => name === 'presence:get').length;
    link.check();
    await clock.pass(10_000);
    link.check();
    expect(questions(), 'something was heard ten seconds ago').to.equal(0);
    await clock.pass(1);
    proxy.stall();
    link.check();
    expect(questions()).to.equal(1);
    await clock.pass(4_000);
    expect(silences).to.deep.equal([true]);
  });

  it('stays closed once it is', async () => {
    dial();
    await online();
    link.close();
    expect(link.status).to.equal('offline');
    link.wake();
    link.renew();
    expect(link.status).to.equal('offline');
    await until(() => gateway.server.connections() === 0);
  });
});
