/** Connections that search for their server: what they are told of the one before does not end the search for the next. */
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { reconnect } from '#runtime/drivers/redis/connection.js';
import { searchingConnector } from '#runtime/drivers/redis/searching-connector.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { needRedisServer, type OwnRedis, startRedis } from '../support/redis.js';

describe('a connection to Redis that searches for its server', () => {
  const servers: OwnRedis[] = [];
  let client: Redis | undefined;

  before(needRedisServer);
  afterEach(async () => {
    client?.disconnect();
    await Promise.all(servers.splice(0).map(server => server.kill()));
  });

  async function serve(): Promise<{ readonly host: string; readonly port: number; readonly server: OwnRedis }> {
    const [host, port] = ['127.0.0.1', await freePort()];
    const server = await startRedis(port);
    servers.push(server);
    const one = new Redis(port, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    one.on('error', () => undefined);
    await one.ping();
    one.disconnect();
    return { host, port, server };
  }

  /** `places`: what each search finds, in turn. */
  function connect(places: readonly (() => Promise<{ readonly host: string; readonly port: number }>)[]) {
    let searches = 0;
    const watched: { readonly elsewhere: () => void; over: boolean }[] = [];
    client = new Redis({
      retryStrategy: () => 20,
      Connector: searchingConnector({
        ...{ tls: undefined, timeoutMs: 1_000, disconnectMs: 100, retry: { firstMs: 10, mostMs: 20 } },
        find: () => (places[searches++] ?? places.at(-1))!(),
        watch(elsewhere) {
          const each = { elsewhere, over: false };
          watched.push(each);
          return () => {
            each.over = true;
          };
        },
      }),
    });
    client.on('error', () => undefined);
    const connection = client;
    return { watched, searches: () => searches, up: () => eventually('it is up', () => connection.status === 'ready') };
  }

  it('goes on searching when it hears, late, that the one before is not the right one', async () => {
    const [first, second] = [await serve(), await serve()];
    let tell: (place: typeof second) => void = () => undefined;
    const told = new Promise<typeof second>(resolve => {
      tell = resolve;
    });
    const { watched, searches, up } = connect([async () => first, () => told]);
    await up();
    await first.server.kill();
    await eventually('it searches again', () => searches() === 2);
    watched[0]?.elsewhere();
    reconnect(client as Redis);
    tell(second);
    await eventually('it is where the next one is', () => client?.status === 'ready' && watched.length === 2);
  });

  it('ends a connection to a server that is not the right one any more, and watches each as long as it lasts', async () => {
    const [first, second] = [await serve(), await serve()];
    const { watched, up } = connect([async () => first, async () => second]);
    await up();
    watched[0]?.elsewhere();
    await eventually('it has left', () => watched[0]?.over && watched.length === 2 && client?.status === 'ready');
    client?.disconnect();
    await eventually('nothing is watched', () => watched.every(({ over }) => over));
  });

  it('makes one other connection, however often it is told to', async () => {
    const server = await serve();
    const { watched, up } = connect([async () => server]);
    await up();
    for (let n = 0; n < 20; n++) reconnect(client as Redis);
    await eventually('it is another one', () => watched[0]?.over && client?.status === 'ready');
    expect(watched).to.have.length(2);
  });

  it('says why nothing is found, and searches again', async () => {
    const server = await serve();
    const failures: string[] = [];
    const nothing = async () => Promise.reject(new Error('nobody knows'));
    const { up } = connect([nothing, nothing, async () => server]);
    client?.on('error', error => failures.push(error.message));
    await up();
    expect(failures).to.deep.equal(['nobody knows', 'nobody knows']);
  });
});
