/**
 * What ends while Redis hangs or is out of a gateway's reach: whichever way a connection is carried, when all is well
 * again it is in no session that was ended and in no chat that was left.
 */
import { expect } from 'chai';
import { type Deployment, real } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { connect, type Live } from '../support/live.js';
import { group, history, type Person, send, signIn, signUp } from '../support/people.js';
import { needRedisServer, type OwnRedis, startRedis } from '../support/redis.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';
import type { Chat, Message } from '../support/shapes.js';
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy.js';

/** As long as service may need to come back, and a look at what changed some seconds ago. */
const HEALED_MS = 25_000;

describe('what ends while Redis cannot be reached', function () {
  this.timeout(4 * HEALED_MS);
  let redis: OwnRedis;
  let line: TcpProxy;
  let deployment: Deployment;
  /** Reaches Redis by a line that can be cut. */
  let far: string;
  let near: string;
  let ann: Person;
  let phone: Person;
  let ben: Person;
  let chat: Chat;
  let open: Live[] = [];

  before(async function () {
    needRedisServer.call(this);
    const port = await freePort();
    redis = await startRedis(port);
    line = await tcpProxy({ host: '127.0.0.1', port });
    const made = await real(['gateway', 'chat-svc', 'presence-svc'], { REDIS_ADDR: `127.0.0.1:${port}` });
    if ('missing' in made) {
      if (process.env.CI === 'true') throw new Error(`real servers are missing: ${made.missing}`);
      console.warn(`SKIPPED: what ends while Redis cannot be reached, because of ${made.missing}`);
      return this.skip();
    }
    deployment = made;
    near = made.gateways[0];
    far = (await made.start('gateway', { REDIS_ADDR: `127.0.0.1:${line.port}` })).url;
  });
  showOnFailure(() => deployment);
  after(async () => {
    await deployment?.stop();
    await line?.close();
    await redis?.kill();
  });

  beforeEach(async () => {
    [ann, ben] = (await Promise.all(['Ann', 'Ben'].map(name => signUp(near, name)))) as [Person, Person];
    phone = await signIn(ann, far, 'phone');
    chat = await group(ben, [ann]);
  });
  afterEach(() => {
    redis.thaw();
    line.mend();
    for (const live of open) live.close();
    open = [];
  });

  const on = async (gateway: string, { accessToken }: Person, transport: 'websocket' | 'polling') => {
    const live = await connect(gateway, accessToken, transport);
    open.push(live);
    return live;
  };
  /** A connection each way to either gateway. */
  const everywhere = (person: Person): Promise<Live[]> =>
    Promise.all(
      [near, far].flatMap(gateway =>
        (['websocket', 'polling'] as const).map(transport => on(gateway, person, transport)),
      ),
    );
  const closed = (connections: readonly Live[]) => Promise.all(connections.map(live => live.closed(HEALED_MS)));

  /** Ben says something until those hear it who should; then those who should not have had all the time to. */
  async function saidOnlyTo(bens: Live, hearing: readonly Live[], others: readonly Live[]): Promise<void> {
    const word = await eventually(
      'a word is heard',
      async () => {
        const { seq } = await send(bens, chat.id, 'still there?');
        await Promise.all(hearing.map(live => live.waitFor<Message>('message:new', said => said.seq === seq, 1_000)));
        return seq;
      },
      { within: HEALED_MS },
    );
    // Their gateways have handed it to all at once, and an answer comes after it.
    for (const live of others) {
      expect(live.socket.connected).to.equal(true);
      await live.ask('sync', { cursors: {} });
      expect(live.heard<Message>('message:new').map(({ seq }) => seq)).not.to.include(word);
    }
  }

  for (const [how, breaks, mends] of [
    ['hangs', () => redis.freeze(), () => redis.thaw()],
    ['is out of reach of one gateway', () => line.cut(), () => line.mend()],
  ] as const) {
    /** Not before it is noticed: the connections to Redis are given up by then. */
    async function heal(): Promise<void> {
      const noticed = async () => (await request(far, 'GET', '/health/readiness')).status === 503;
      await eventually('Redis is missed', noticed, { within: HEALED_MS });
      mends();
    }

    it(`a sign-out, while Redis ${how}`, async () => {
      const [phones, anns] = await Promise.all([everywhere(phone), everywhere(ann)]);
      breaks();
      const out = await request(far, 'POST', '/v1/auth/logout', { token: phone.accessToken, within: 30_000 });
      expect(out.status).to.be.oneOf([204, 503]);
      expect((await request(near, 'GET', '/v1/users/me', { token: phone.accessToken })).status).to.equal(401);
      await heal();
      await closed(phones);
      for (const live of anns) expect(live.socket.connected).to.equal(true);
    });

    it(`a refresh token that is used again, and ends its session, while Redis ${how}`, async () => {
      const phones = await everywhere(phone);
      const refresh = (refreshToken: string) =>
        request<Person>(far, 'POST', '/v1/auth/refresh', { body: { refreshToken }, within: 30_000 });
      const next = await refresh(phone.refreshToken);
      expect((await refresh(next.body.refreshToken)).status).to.equal(200);
      breaks();
      expect((await refresh(phone.refreshToken)).status).to.be.oneOf([401, 503]);
      expect((await request(near, 'GET', '/v1/users/me', { token: phone.accessToken })).status).to.equal(401);
      await heal();
      await closed(phones);
    });

    it(`a leave, while Redis ${how}`, async () => {
      const bens = await Promise.all([on(near, ben, 'websocket'), on(far, ben, 'polling')]);
      const anns = [...(await everywhere(ann)), ...(await everywhere(phone))];
      await saidOnlyTo(bens[0]!, [...anns, ...bens], []);
      breaks();
      const leaving = `/v1/chats/${chat.id}/members/${ann.id}`;
      const left = await request(far, 'DELETE', leaving, { token: phone.accessToken, within: 30_000 });
      expect(left.status).to.be.oneOf([204, 503]);
      const posted = await request(far, 'POST', `/v1/chats/${chat.id}/messages`, {
        ...{ token: phone.accessToken, body: { clientId: 'after', body: 'after' }, within: 30_000 },
      });
      expect(posted.status).to.equal(403);
      await heal();
      await saidOnlyTo(bens[0]!, bens, anns);
      expect((await history(ben, chat.id)).map(({ clientId }) => clientId)).not.to.include('after');
    });
  }
});
