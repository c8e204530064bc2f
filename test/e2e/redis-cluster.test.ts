/** The story on a Redis Cluster of six, and people who talk while the master dies by which they hear each other. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Deployment, real } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { group, history, send, signUp } from '../support/people.js';
import { needRedisServer } from '../support/redis.js';
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';
import type { Message } from '../support/shapes.js';
import { story } from './story.js';

/** A replica takes over seconds after its master has died. */
const BACK_MS = 30_000;

describe('Mini-Telegram on a Redis Cluster', () => {
  let cluster: RedisCluster | undefined;
  let deployment: Deployment | undefined;
  const the = () => deployment!;

  before(async function () {
    this.timeout(120_000);
    needRedisServer.call(this);
    cluster = await startRedisCluster();
    const images = ['gateway', 'gateway', 'chat-svc', 'presence-svc'];
    const made = await real(images, { REDIS_ADDR: cluster.addr });
    if (!('missing' in made)) {
      deployment = made;
      return;
    }
    if (process.env.CI === 'true') throw new Error(`real servers are missing: ${made.missing}`);
    console.warn(`SKIPPED: the story on a Redis Cluster, because of ${made.missing}`);
    this.skip();
  });
  showOnFailure(the);
  after(async () => {
    await deployment?.stop();
    await cluster?.close();
  });

  story(the, 'real');

  it('stores what is sent while the master of the fan-out dies, and is heard by way of its replica', async function () {
    this.timeout(90_000);
    const [ann, ben] = await Promise.all(the().gateways.map(gateway => signUp(gateway, 'Talker')));
    const chat = await group(ann!, [ben!]);
    const [anns, bens] = [await ann!.connect(), await ben!.connect()];
    const clientIds = new Map<string, string>();
    /** Each until it is acknowledged, as a client does. */
    async function say(body: string): Promise<void> {
      const clientId = randomUUID();
      clientIds.set(clientId, body);
      await eventually(body, () => send(anns, chat.id, body, clientId).catch(() => undefined), { within: BACK_MS });
    }
    for (let n = 0; n < 20; n++) await say(`before ${n}`);
    const master = await cluster!.masterOf('{fanout}');
    await master.kill();
    for (let n = 0; n < 20; n++) await say(`meanwhile ${n}`);
    await eventually(
      'Ben hears what is said',
      async () => {
        await say('after');
        return bens.heard<Message>('message:new').some(({ body }) => body === 'after');
      },
      { within: BACK_MS },
    );
    const stored = await history(ben!, chat.id);
    expect(stored.map(({ seq }) => seq)).to.deep.equal(stored.map((_, index) => index + 1));
    expect(stored.map(({ clientId }) => clientId)).to.deep.equal([...clientIds.keys()]);
    for (const gateway of the().gateways) {
      await eventually('it is ready', async () => (await request(gateway, 'GET', '/health/readiness')).status === 200, {
        within: BACK_MS,
      });
    }
    for (const person of [ann!, ben!]) person.leave();
  });
});
