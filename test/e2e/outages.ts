/** A server that is away, at the start or later: the process stays up, says which part is missing, and comes back by itself. */

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { BLOCKED, UNBLOCKED } from '../support/amqp.js';
import type { Deployment } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { group, history, type Person, send, signUp } from '../support/people.js';
import type { Running } from '../support/processes.js';
import { request } from '../support/rest.js';
import type { Services } from '../support/services.js';
import type { Ack, Chat, Message, Stored } from '../support/shapes.js';
import { tcpProxy } from '../support/tcp-proxy.js';

/** How soon service must be back after the return of a part. */
const BACK_MS = 15_000;
/** Nobody takes so long for silence. */
const SOON_MS = 5_000;

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
        const line = await tcpProxy({ host: url.hostname, port: Number(url.port || 6379) });
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
    this.timeout(4 * BACK_MS);
    const port = await freePort();
    const url = new URL(the().services!.amqp);
    const line = await tcpProxy({ host: url.hostname, port: Number(url.port || 5672) });
    url.host = `127.0.0.1:${line.port}`;
    line.stall();
    const answers = new Set<number>();
    let up: Running | undefined;
    const starting = the()
      .start('gateway', { PORT: `${port}`, AMQP_URL: url.href })
      .then(running => {
        up = running;
      });
    while (!up) {
      const answer = await request(`http://127.0.0.1:${port}`, 'GET', '/v1/users/me').catch(() => undefined);
      if (answer) answers.add(answer.status);
      if (answer) line.mend();
      else await pause(20);
    }
    answers.add((await request(up.url, 'GET', '/v1/users/me')).status);
    await starting;
    await up.stop();
    await line.close();
    expect([...answers]).to.have.members([503, 401]);
  });
}

export function joining(the: () => Deployment): void {
  it('a group made and a member added while Redis is out of reach are there once, and heard of when it is back', async function () {
    this.timeout(4 * BACK_MS);
    const url = new URL(the().services!.redis);
    const line = await tcpProxy({ host: url.hostname, port: Number(url.port) });
    url.host = `127.0.0.1:${line.port}`;
    const gateway = await the().start('gateway', { REDIS_ADDR: url.href });
    const people = await Promise.all(['Owner', 'Ann', 'Ben', 'Cem'].map(name => signUp(gateway.url, name)));
    const [owner, ann, ben, cem] = people as [Person, Person, Person, Person];
    try {
      const old = await group(owner, [cem]);
      const [anns, bens, cems] = [
        await ann.connect(the().gateways[0]),
        await ben.connect(the().gateways[0]),
        await cem.connect(the().gateways[1]),
      ];
      line.cut();
      const made = await group(owner, [ann, ben]);
      expect((await owner.call('POST', `/v1/chats/${old.id}/members`, { userId: ann.id })).status).to.equal(204);
      const { chats } = (await owner.call<{ chats: Chat[] }>('GET', '/v1/chats')).body;
      expect(chats.map(({ id }) => id)).to.have.members([old.id, made.id]);
      const leaving = `/v1/chats/${made.id}/members/${ben.id}`;
      expect((await request(the().gateways[1], 'DELETE', leaving, { token: ben.accessToken })).status).to.equal(204);
      line.mend();

      const owners = await eventually('the owner is back', () => owner.connect().catch(() => undefined), {
        within: BACK_MS,
      });
      for (const [live, chatId] of [
        [owners, made.id],
        [cems, old.id],
      ] as const) {
        await eventually(
          'Ann hears what is said',
          async () => {
            const { seq } = await send(live, chatId, 'hello');
            return anns.waitFor<Message>('message:new', said => said.chatId === chatId && said.seq === seq, 500);
          },
          { within: BACK_MS },
        );
      }
      expect(bens.heard('message:new')).to.deep.equal([]);
    } finally {
      line.mend();
      for (const person of people) person.leave();
      await gateway.stop();
      await line.close();
    }
  });
}

export function pressing(the: () => Deployment): void {
  it('a broker that is silent or blocks: senders are told so and when to come again, and one message is one', async () => {
    const url = new URL(the().services!.amqp);
    const line = await tcpProxy({ host: url.hostname, port: Number(url.port || 5672) });
    url.host = `127.0.0.1:${line.port}`;
    const gateway = await the().start('gateway', { AMQP_URL: url.href });
    const [ann, ben] = await Promise.all(['Ann', 'Ben'].map(name => signUp(gateway.url, name)));
    try {
      const chat = await group(ann!, [ben!]);
      const [anns, bens] = await Promise.all([ann!.connect(), ben!.connect(the().gateways[1])]);
      const say = async (clientId: string) =>
        (await anns.socket.timeout(SOON_MS).emitWithAck('message:send', {
          ...{ chatId: chat.id, clientId, body: clientId },
        })) as Ack<Stored>;
      const post = (clientId: string) =>
        ann!.call('POST', `/v1/chats/${chat.id}/messages`, { clientId, body: clientId });
      const refused = async (name: string) => {
        const [ack, { status, headers }] = await Promise.all([say(`${name}, live`), post(`${name}, over HTTP`)]);
        expect(ack.ok ? ack : ack.error).to.include({ code: 'unavailable', retryAfterMs: 1_000 });
        expect([status, headers.get('retry-after')]).to.deep.equal([503, '1']);
      };

      line.stall();
      await refused('silence');
      line.mend();
      const late = await bens.waitFor<Message>('message:new', ({ clientId }) => clientId === 'silence, live', BACK_MS);
      const again = await send(anns, chat.id, 'silence, live', 'silence, live');
      expect([again.id, again.seq]).to.deep.equal([late.id, late.seq]);

      line.say(BLOCKED);
      await isReady(Number(new URL(gateway.url).port), false);
      await refused('blocked');
      line.say(UNBLOCKED);
      for (const name of ['blocked, live', 'silence, over HTTP', 'blocked, over HTTP']) {
        await eventually('taken', async () => (await say(name)).ok, { within: BACK_MS });
      }
      const stored = await history(ann!, chat.id);
      expect(stored.map(({ clientId }) => clientId).sort()).to.deep.equal([
        ...['blocked, live', 'blocked, over HTTP', 'silence, live', 'silence, over HTTP'],
      ]);
    } finally {
      line.mend();
      for (const person of [ann, ben]) person!.leave();
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
