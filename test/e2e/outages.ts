/** A server that is away, at the start or later: the process stays up, says which part is missing, and comes back by itself. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import type { Deployment } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { group, send, signUp } from '../support/people.js';
import type { Running } from '../support/processes.js';
import { request } from '../support/rest.js';
import type { Services } from '../support/services.js';
import type { Message } from '../support/shapes.js';
import { tcpProxy } from '../support/tcp-proxy.js';

/** How soon service must be back after the return of a part. */
const BACK_MS = 15_000;

const ROWS: readonly [string, string, string, (services: Services) => string][] = [
  ['chat-svc', 'PostgreSQL', 'DSN', ({ dsn }) => dsn],
  ['chat-svc', 'RabbitMQ', 'AMQP_URL', ({ amqp }) => amqp],
  ['presence-svc', 'Redis', 'REDIS_ADDR', ({ redis }) => redis],
  ['gateway', 'Redis', 'REDIS_ADDR', ({ redis }) => redis],
];

export function outages(the: () => Deployment): void {
  describe('a process whose server is away', () => {
    for (const [image, server, variable, address] of ROWS) {
      it(`a ${image} without ${server} stays up, says so, and is ready by itself when it is there`, async function () {
        this.timeout(4 * BACK_MS);
        const url = new URL(address(the().services!));
        const line = await tcpProxy({ host: url.hostname, port: Number(url.port) });
        line.cut();
        url.host = `127.0.0.1:${line.port}`;
        const port = await freePort();
        const starting = the().start(image, { [variable]: url.href, PORT: `${port}` });
        let running: Running | undefined;
        try {
          await isReady(port, false);
          line.mend();
          running = await starting;
          await isReady(port, true);
          line.cut();
          await isReady(port, false);
          line.mend();
          await isReady(port, true);
          expect(running.output().match(/"msg":"ready"/g), 'ready is said once').to.have.lengthOf(1);
        } finally {
          line.mend();
          running ??= await starting;
          expect(await running.stop()).to.deep.equal({ code: 0, signal: null });
          await line.close();
        }
      });
    }
  });
}

export function starting(the: () => Deployment): void {
  it('a gateway that is starting sends people elsewhere, and tells nobody that there is nothing here', async function () {
    this.timeout(2 * BACK_MS);
    const port = await freePort();
    const answers = new Set<number>();
    let up: Running | undefined;
    const starting = the()
      .start('gateway', { PORT: `${port}` })
      .then(running => {
        up = running;
      });
    while (!up) {
      const answer = await request(`http://127.0.0.1:${port}`, 'GET', '/v1/users/me').catch(() => undefined);
      if (answer) answers.add(answer.status);
    }
    await starting;
    await up.stop();
    expect([...answers]).to.have.members([503, 401]);
  });
}

export function joining(the: () => Deployment): void {
  it('an addition that the other gateways cannot hear of is not called done, and is when it is said again', async () => {
    const url = new URL(the().services!.redis);
    const line = await tcpProxy({ host: url.hostname, port: Number(url.port) });
    url.host = `127.0.0.1:${line.port}`;
    const gateway = await the().start('gateway', { REDIS_ADDR: url.href });
    const [owner, other, ann] = await Promise.all(['Owner', 'Other', 'Ann'].map(name => signUp(gateway.url, name)));
    try {
      const chat = await group(owner!, [other!]);
      const anns = await ann!.connect(the().gateways[0]);
      const add = async () => (await owner!.call('POST', `/v1/chats/${chat.id}/members`, { userId: ann!.id })).status;
      line.cut();
      expect(await add()).to.equal(503);
      line.mend();
      await eventually('added', async () => (await add()) === 204, { within: BACK_MS, every: 100 });
      const { seq } = await send(await other!.connect(the().gateways[1]), chat.id, 'welcome');
      await anns.waitFor<Message>('message:new', message => message.chatId === chat.id && message.seq === seq);
    } finally {
      line.mend();
      for (const person of [owner, other, ann]) person!.leave();
      await gateway.stop();
      await line.close();
    }
  });
}

/** Alive in either case; when it is not ready the answer names a part that is down, and holds no password. */
async function isReady(port: number, ready: boolean): Promise<void> {
  const base = `http://127.0.0.1:${port}`;
  const state = await eventually(
    `readiness is ${ready ? 200 : 503}`,
    async () => {
      const answer = await request(base, 'GET', '/health/readiness');
      return answer.status === (ready ? 200 : 503) && JSON.stringify(answer.body);
    },
    { within: BACK_MS },
  );
  expect(state)
    .to.match(ready ? /"up"/ : /down/i)
    .and.not.match(/guest/);
  expect((await request(base, 'GET', '/health/liveness')).status).to.equal(200);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
