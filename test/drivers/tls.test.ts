/** TLS to real servers: who is believed, who is not, and who has to show a certificate. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PartState } from '#runtime/contract/ports.js';
import { getJson } from '#runtime/drivers/amqp/get-json.js';
import { openLink } from '#runtime/drivers/amqp/link.js';
import { managementOf } from '#runtime/drivers/amqp/management.js';
import { amqpUrlsWithTls } from '#runtime/drivers/amqp/url.js';
import { dsnWithTls } from '#runtime/drivers/postgres/dsn.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { redisAddrWithTls } from '#runtime/drivers/redis/addr.js';
import { connectRedis } from '#runtime/drivers/redis/connection.js';
import { connectKeyspace } from '#runtime/drivers/redis/keyspace.js';
import type { TlsFiles } from '#runtime/drivers/tls.js';
import { type RabbitMq, rabbitMq } from '#tools/chaos/world/rabbitmq.js';
import { type Certificates, makeCertificates, type Pair } from '../support/certificates.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.js';
import { needRedisServer, type OwnRedis, redisTls, startRedis } from '../support/redis.js';
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.js';
import { startWatchedRedis } from '../support/redis-sentinels.js';
import { silent } from '../support/silent.js';

const STARTED_MS = 60_000;

interface Connection {
  state(): PartState;
  close(): Promise<void>;
}

/** `up`, or why it is not, once that says more than that it has not been tried. */
async function outcome(connection: Connection): Promise<string> {
  try {
    return await eventually('it is up or says why it is not', () => {
      const state = connection.state();
      if (state === 'up') return 'up';
      return (
        typeof state === 'object' &&
        'down' in state &&
        !/not connected|not opened|connecting/.test(state.down) &&
        state.down
      );
    });
  } finally {
    await connection.close();
  }
}

function linkTo(urls: readonly string[]): Connection {
  const { state, stop } = openLink({ urls, name: 'tls', log: silent });
  return { state, close: stop };
}

/** How a server without a word ends a connection that shows no certificate. */
const REFUSED = /alert|EPIPE|ECONNRESET|closed|lost/i;
const UNTRUSTED = /self-signed certificate|unable to (?:verify|get)|certificate/i;

describe('TLS', function () {
  this.timeout(2 * STARTED_MS);
  let certificates: Certificates;

  before(async () => {
    certificates = await makeCertificates();
  });
  after(() => certificates?.remove());

  const mutual = (): TlsFiles => ({ ca: certificates.ca, ...certificates.client });

  describe('to PostgreSQL', () => {
    const servers: OwnPostgres[] = [];
    async function serve(server: Pair, hba: string): Promise<OwnPostgres> {
      const made = await ownPostgres({ hba, tls: { ...server, ca: certificates.ca } });
      servers.push(made);
      await made.start();
      return made;
    }
    after(() => Promise.all(servers.map(server => server.remove())));

    const connect = (dsn: string, files: TlsFiles = {}): Promise<string> => {
      const named = dsnWithTls(dsn, files);
      return outcome(connectPostgres({ dsn: named, name: 'tls', log: silent }));
    };
    const TLS_ONLY = 'hostssl all all all scram-sha-256\n';
    const MUTUAL = 'hostssl all all all scram-sha-256 clientcert=verify-ca\n';

    it('is as secure as sslmode says', async () => {
      const { dsn } = await serve(certificates.server, TLS_ONLY);
      const [ca, stranger] = [{ ca: certificates.ca }, { ca: certificates.stranger.cert }];
      expect(await connect(dsn)).to.match(/no encryption/);
      expect(await connect(`${dsn}?sslmode=disable`)).to.match(/no encryption/);
      expect(await connect(`${dsn}?sslmode=require`)).to.equal('up');
      expect(await connect(`${dsn}?sslmode=require`, stranger), 'a root that is named counts').to.match(UNTRUSTED);
      expect(await connect(`${dsn}?sslmode=verify-full`), 'nobody has signed it whom all believe').to.match(UNTRUSTED);
      expect(await connect(`${dsn}?sslmode=verify-full`, ca)).to.equal('up');
      expect(await connect(dsn, ca), 'with a root and no mode').to.equal('up');
      expect(await connect(dsn, stranger)).to.match(UNTRUSTED);
      expect(await connect(`${dsn}?sslrootcert=${certificates.ca}&sslmode=verify-ca`)).to.equal('up');
    });

    it('wants the name in the certificate with verify-full, and not with verify-ca', async () => {
      const { dsn } = await serve(certificates.elsewhere, TLS_ONLY);
      const ca = { ca: certificates.ca };
      expect(await connect(dsn, ca)).to.match(/does not match certificate|altnames/i);
      expect(await connect(`${dsn}?sslmode=verify-ca`, ca)).to.equal('up');
    });

    it('shows a certificate where the server wants one', async () => {
      const { dsn } = await serve(certificates.server, MUTUAL);
      expect(await connect(dsn, { ca: certificates.ca })).to.match(/valid client certificate/);
      expect(await connect(dsn, { ca: certificates.ca, ...certificates.stranger })).to.not.equal('up');
      expect(await connect(dsn, mutual())).to.equal('up');
    });
  });

  describe('to Redis', () => {
    let port: number;
    let server: OwnRedis | undefined;

    before(needRedisServer);
    async function serve(clients: 'yes' | 'no'): Promise<void> {
      port = await freePort();
      server = await startRedis(port, [], redisTls(certificates, clients));
    }
    afterEach(async () => {
      await server?.kill();
      server = undefined;
    });

    const connect = (addr: string, files: TlsFiles = {}): Promise<string> =>
      outcome(connectRedis({ addr: redisAddrWithTls(addr, files), log: silent, name: 'tls' }).part);

    it('believes whom it is told to, and nobody else', async () => {
      await serve('no');
      const addr = `rediss://127.0.0.1:${port}`;
      await eventually('it is up', async () => (await connect(addr, { ca: certificates.ca })) === 'up');
      expect(await connect(`rediss://localhost:${port}`, { ca: certificates.ca })).to.equal('up');
      expect(await connect(`${addr}?ssl_ca_certs=${certificates.ca}`)).to.equal('up');
      expect(await connect(addr)).to.match(UNTRUSTED);
      expect(await connect(addr, { ca: certificates.stranger.cert })).to.match(UNTRUSTED);
    });

    it('shows a certificate where the server wants one, and the next one when that was renewed', async () => {
      await serve('yes');
      const addr = `rediss://127.0.0.1:${port}`;
      const files = { cert: join(certificates.folder, 'renewed.pem'), key: join(certificates.folder, 'renewed.key') };
      const put = ({ cert, key }: Pair) => Promise.all([copyFile(cert, files.cert), copyFile(key, files.key)]);
      await put(certificates.stranger);
      const { part } = connectRedis({
        addr: redisAddrWithTls(addr, { ca: certificates.ca, ...files }),
        log: silent,
        name: 'tls',
      });
      await eventually('it is refused', () => REFUSED.test(JSON.stringify(part.state())));
      await put(certificates.client);
      await eventually('it is let in', () => part.state() === 'up');
      await part.close();
      expect(await connect(addr, mutual())).to.equal('up');
    });

    it('reaches every node of a cluster, with certificates on both sides, and says why not', async () => {
      let cluster: RedisCluster | undefined;
      try {
        cluster = await startRedisCluster({ tls: redisTls(certificates, 'yes') });
        const shard = (files: TlsFiles) => {
          const addr = redisAddrWithTls(cluster?.addr ?? '', files);
          return outcome(connectRedis({ addr, log: silent, name: 'tls', shard: 'presence' }).part);
        };
        const keyspace = (files: TlsFiles) => {
          const addr = redisAddrWithTls(cluster?.addr ?? '', files);
          return outcome(connectKeyspace({ addr, log: silent, name: 'tls' }).part);
        };
        for (const connectTo of [shard, keyspace]) {
          expect(await connectTo(mutual())).to.equal('up');
          expect(await connectTo({ ...mutual(), ca: certificates.stranger.cert })).to.match(UNTRUSTED);
          expect(await connectTo({ ca: certificates.ca })).to.match(REFUSED);
        }
      } finally {
        await cluster?.close();
      }
    });

    it('believes sentinels and the master that they name whom it is told to, and says whom it does not', async () => {
      const watched = await startWatchedRedis({ tls: redisTls(certificates, 'yes') });
      try {
        const addr = watched.addr();
        expect(await connect(addr, mutual())).to.equal('up');
        expect(await connect(`${addr}?ssl_ca_certs=${certificates.ca}`, certificates.client)).to.equal('up');
        expect(await connect(addr, { ...mutual(), ca: certificates.stranger.cert })).to.match(UNTRUSTED);
        expect(await connect(addr, { ca: certificates.ca }), 'without a certificate of ours').to.match(REFUSED);
        const [master] = watched.servers;
        await watched.ask(master.port, one =>
          one.config('SET', 'tls-cert-file', certificates.elsewhere.cert, 'tls-key-file', certificates.elsewhere.key),
        );
        expect(await connect(addr, mutual()), 'a master of another name').to.match(/altnames/i);
      } finally {
        await watched.close();
      }
    });
  });

  describe('to RabbitMQ', () => {
    let broker: RabbitMq;
    let port: number;
    let management: number;

    before(async () => {
      [port, management] = [await freePort(), await freePort()];
      const { server, ca } = certificates;
      broker = await rabbitMq(certificates.folder, {
        plugins: ['rabbitmq_management'],
        settings: [
          `listeners.ssl.1 = 127.0.0.1:${port}`,
          ...[`ssl_options.cacertfile = ${ca}`, `ssl_options.certfile = ${server.cert}`],
          ...[`ssl_options.keyfile = ${server.key}`, 'ssl_options.verify = verify_peer'],
          'ssl_options.fail_if_no_peer_cert = true',
          ...[
            `management.ssl.port = ${management}`,
            'management.ssl.ip = 127.0.0.1',
            `management.ssl.cacertfile = ${ca}`,
          ],
          ...[`management.ssl.certfile = ${server.cert}`, `management.ssl.keyfile = ${server.key}`],
        ],
      });
      await broker.start();
    });
    after(() => broker?.kill());

    const urlOf = (files: TlsFiles) => amqpUrlsWithTls([`amqps://guest:guest@127.0.0.1:${port}`], files);
    const connect = (files: TlsFiles): Promise<string> => outcome(linkTo(urlOf(files)));

    it('believes whom it is told to, and shows a certificate', async () => {
      expect(await connect(mutual())).to.equal('up');
      expect(await connect({})).to.match(UNTRUSTED);
      expect(await connect({ ...certificates.client, ca: certificates.stranger.cert })).to.match(UNTRUSTED);
      expect(await connect({ ca: certificates.ca })).to.not.equal('up');
    });

    it('asks the management API in the same way', async () => {
      const { url, authorization, tls } = managementOf(urlOf(mutual())[0] as string, `https://127.0.0.1:${management}`);
      const question = { headers: { authorization }, patienceMs: 5_000 };
      const { node } = (await getJson(`${url}/api/overview`, { ...question, tls })) as { node: string };
      expect(node).to.match(/@localhost$/);
      const failure = await getJson(`${url}/api/overview`, { ...question, tls: {} }).catch(error => error);
      expect(String(failure)).to.match(UNTRUSTED);
    });
  });
});
