/** What an app developer need not care about: lines that break, servers that die, tokens that end. */
import { expect } from 'chai';
import { systemClock } from '../../../web/client/clock.js';
import { memoryStorage } from '../../../web/client/storage.js';
import { type Deployment, embedded } from '../../support/deployment.js';
import { until } from '../../support/eventually.js';
import { mulberry32 } from '../../support/mulberry32.js';
import { PASSWORD } from '../../support/people.js';
import { showOnFailure } from '../../support/report.js';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.js';
import { bodiesOf, chatOf, device, type Friend, friend, goHome, ready } from '../support/friends.js';

describe('client library on a bad line', () => {
  let deployment: Deployment;
  let line: TcpProxy;
  let target: { host: string; port: number };
  let ann: Friend;
  let ben: Friend;
  let chatId: string;

  const portOf = (url: string) => Number(new URL(url).port);
  before(async () => {
    deployment = await embedded();
  });
  beforeEach(async () => {
    const [url] = deployment.gateways;
    target = { host: '127.0.0.1', port: portOf(deployment.one('gateway').url) };
    line = await tcpProxy(target);
    [ann, ben] = await Promise.all([friend(url, 'Ann'), friend(`http://127.0.0.1:${line.port}`, 'Ben')]);
    chatId = await ann.client.openDirect(ben.id);
    await chatOf(ben.client, chatId);
  });
  afterEach(async () => {
    goHome();
    await line.close();
  });
  showOnFailure(() => deployment);
  after(() => deployment?.stop());

  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `${from + at}`);

  it('misses nothing of what was said while it was cut off', async () => {
    ann.client.send(chatId, '1');
    await until(() => bodiesOf(ben.client, chatId).length === 1);
    line.cut();
    await until(() => ben.client.state.link === 'connecting');
    for (const body of numbers(2, 260)) ann.client.send(chatId, body);
    ben.client.send(chatId, 'said in a tunnel');
    await until(() => ann.client.state.outbox.length === 0);
    line.mend();
    ben.client.wake();
    await until(() => bodiesOf(ben.client, chatId).length === 261);
    expect(bodiesOf(ben.client, chatId)).to.deep.equal([...numbers(1, 260), 'said in a tunnel']);
    await until(() => ben.client.wire.records.some(({ name }) => name === 'gap healed'));
    await until(() => bodiesOf(ann.client, chatId).length === 261);
  });

  it('sends each message once and in order over a line that keeps breaking', async () => {
    const random = mulberry32(7);
    const count = 80;
    for (const body of numbers(1, count)) ben.client.send(chatId, body);
    while (ben.client.state.outbox.length > 0) {
      const held = ben.client.state.outbox.length;
      await until(() => ben.client.state.outbox.length < held - random() * 12 || ben.client.state.outbox.length === 0);
      line.cut();
      await until(() => ben.client.state.link === 'connecting');
      line.mend();
      ben.client.wake();
    }
    await until(() => bodiesOf(ann.client, chatId).length >= count);
    await until(() => bodiesOf(ben.client, chatId).length >= count);
    expect(bodiesOf(ann.client, chatId)).to.deep.equal(numbers(1, count));
    expect(bodiesOf(ben.client, chatId)).to.deep.equal(numbers(1, count));
  });

  it('carries on where it was after the server was killed', async () => {
    for (const body of numbers(1, 40)) ben.client.send(chatId, body);
    await until(() => bodiesOf(ann.client, chatId).length > 10);
    await deployment.one('gateway').kill();
    ben.client.send(chatId, 'into the void');
    const back = await deployment.start('all', { PORT: `${portOf(deployment.gateways[0])}` });
    target.port = portOf(back.url);
    await until(() => ben.client.state.outbox.length === 0);
    await ready(ann.client);
    await until(() => bodiesOf(ann.client, chatId).length === 41);
    expect(bodiesOf(ann.client, chatId)).to.deep.equal([...numbers(1, 40), 'into the void']);
    expect(bodiesOf(ben.client, chatId)).to.deep.equal(bodiesOf(ann.client, chatId));
  });

  it('renews the session once for two tabs, and keeps both connections', async () => {
    let ahead = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    const storage = memoryStorage();
    const url = `http://127.0.0.1:${line.port}`;
    const tabs = [device(url, { storage, clock }), device(url, { storage: storage.share(), clock })];
    await tabs[0]?.signIn({ email: ben.email, password: PASSWORD });
    await Promise.all(tabs.map(ready));
    // Fifteen minutes later all tokens are old, and all lines have been down.
    line.cut();
    await until(() => tabs.every(({ state }) => state.link === 'connecting'));
    ahead = 15 * 60_000;
    line.mend();
    for (const tab of tabs) tab.wake();
    await Promise.all(tabs.map(ready));
    const renewals = tabs.flatMap(({ wire }) => wire.records.filter(({ name }) => name.endsWith('/refresh')));
    expect(renewals.map(({ outcome }) => outcome)).to.deep.equal(['ok']);
    ann.client.send(chatId, 'to both tabs');
    await until(() => tabs.every(tab => tab.state.chats.get(chatId)?.lastMessage?.body === 'to both tabs'));
  });
});
