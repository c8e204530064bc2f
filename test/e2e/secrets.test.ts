/**
 * No secret in any log, not even at the most talkative level: passwords, tokens, what people write, connection
 * strings, the signing key. Everything that a process printed is searched, and what it says of its health.
 */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { connect } from '../support/live.js';
import { newDataDir } from '../support/new-server.js';
import { endOrphans } from '../support/orphans.js';
import type { SignedIn } from '../support/people.js';
import { type Env, type Running, runImage, startImage } from '../support/processes.js';
import { type OwnRedis, startRedis } from '../support/redis.js';
import { request } from '../support/rest.js';
import type { Chat } from '../support/shapes.js';

/** Unlike anything that could be there by chance, and the same in every encoding of URLs and JSON. */
const secret = (what: string): string => `${what}${randomBytes(12).toString('hex')}`;

/** Each is tried several times within it. */
const RETRIES_MS = 3_000;

describe('secrets', () => {
  let folder: string;
  let pem: string;
  let common: Env;
  let running: Running | undefined;
  let redis: OwnRedis | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-secrets-'));
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await writeFile(join(folder, 'key.pem'), pem, { mode: 0o600 });
    common = {
      LOG_LEVEL: 'trace',
      DATA_DIR: await newDataDir(join(folder, 'data')),
      JWT_PRIVATE_KEY_PATH: join(folder, 'key.pem'),
      SHUTDOWN_GRACE_MS: '2000',
    };
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    await redis?.kill();
    redis = undefined;
  });
  after(async () => {
    await endOrphans(folder);
    await rm(folder, { recursive: true, force: true });
  });

  function expectNone(secrets: Readonly<Record<string, string>>, said: string): void {
    const told = Object.entries({ ...secrets, ...keyMaterial() }).filter(([, value]) => said.includes(value));
    const lines = told.map(([what, value]) => `${what}: ${said.split('\n').find(line => line.includes(value))}`);
    expect(
      told.map(([what]) => what),
      lines.join('\n'),
    ).to.deep.equal([]);
  }
  const keyMaterial = () =>
    Object.fromEntries(
      pem
        .split('\n')
        .filter(line => /^[\w+/]{20,}/.test(line))
        .map((line, number) => [`line ${number + 1} of the key`, line]),
    );

  it('of people are in no log', async () => {
    const password = secret('password');
    const wrong = secret('wrong');
    const secrets: Record<string, string> = { password, 'a wrong password': wrong };
    const mark = (what: string): string => {
      secrets[what] = secret('mark');
      return secrets[what];
    };
    const eventsToken = mark('the token of senders of events');
    running = await startImage('all', { ...common, EVENTS_TOKEN: eventsToken });
    const { url } = running;
    const post = <Body>(path: string, body: unknown, token?: string) =>
      request<Body>(url, 'POST', path, { body, token });

    const name = secret('ann').slice(0, 20);
    const account = { email: `${name}@example.org`, password };
    const { body: first } = await post<SignedIn>('/v1/auth/register', { ...account, username: name });
    const { body: second } = await post<SignedIn>('/v1/auth/login', account);
    for (const { accessToken, refreshToken } of [first, second]) {
      secrets[`access token ${accessToken.slice(-5)}`] = accessToken;
      secrets[`refresh token ${refreshToken.slice(-5)}`] = refreshToken;
    }
    expect((await post('/v1/auth/register', { ...account, username: name })).status).to.equal(409);
    expect((await post('/v1/auth/login', { ...account, password: wrong })).status).to.equal(401);
    expect((await post('/v1/auth/login', { email: 'nobody@example.org', password: wrong })).status).to.equal(401);
    expect((await post('/v1/auth/login', { ...account, password: { $ne: wrong } })).status).to.equal(400);
    const { body: third } = await post<SignedIn>('/v1/auth/refresh', { refreshToken: second.refreshToken });
    Object.assign(secrets, {
      'the next access token': third.accessToken,
      'the next refresh token': third.refreshToken,
    });
    const { body: fourth } = await post<SignedIn>('/v1/auth/refresh', { refreshToken: third.refreshToken });
    secrets['the refresh token after it'] = fourth.refreshToken;
    expect((await post('/v1/auth/refresh', { refreshToken: second.refreshToken })).status, 'stolen').to.equal(401);
    await post('/v1/auth/refresh', { refreshToken: mark('a refresh token that never was') });

    const token = first.accessToken;
    const other = await post<SignedIn>('/v1/auth/register', {
      email: `${name}.b@example.org`,
      password,
      username: `${name.slice(0, 15)}_b`,
    });
    const { body: made } = await post<{ chat: Chat }>(
      '/v1/chats',
      { type: 'group', memberIds: [other.body.user.id], title: mark('the title of a group') },
      token,
    );
    const messages = `/v1/chats/${made.chat.id}/messages`;
    const say = (body: unknown) => post(messages, { clientId: randomUUID(), body }, token);
    expect((await say(mark('a message'))).status).to.equal(201);
    await say([mark('a message of the wrong type')]);
    await say(`\u0000${mark('a message with a NUL')}`);
    await say(`\ud800${mark('a message with half a character')}`);
    await say(mark('a message that is too long').repeat(1_000));
    await post(messages, { clientId: randomUUID(), body: 'x', [mark('an unknown member')]: mark('its value') }, token);
    for (const raw of [`{"body":"${mark('JSON cut off')}`, `${mark('no JSON')}`, `"${mark('a string')}"`]) {
      await request(url, 'POST', messages, { raw, token });
    }
    const type = 'application/json; charset=utf-7';
    await request(url, 'POST', messages, { raw: mark('an odd charset'), token, headers: { 'content-type': type } });
    const zipped = { 'content-encoding': 'gzip' };
    await request(url, 'POST', messages, { raw: mark('a broken gzip'), token, headers: zipped });
    await request(url, 'GET', '/v1/users/me', { token: mark('a token that never was') });
    await request(url, 'GET', '/v1/users/me', { token: `${token.slice(0, -10)}AAAAAAAAAA` });
    await request(url, 'GET', `/v1/users?query=${mark('a search')}`, { token });
    await request(url, 'GET', `/v1/users/me?token=${mark('a token in a query')}`);
    await request(url, 'GET', `/v1/%zz${mark('a broken path')}`);

    const data = { chatId: made.chat.id, clientId: 'x', senderId: first.user.id, body: [mark('the data of an event')] };
    const event = { specversion: '1.0', id: '1', source: '/x', type: 'minitelegram.message.sent.v1', data };
    const headers = { 'content-type': 'application/cloudevents+json', authorization: `Bearer ${eventsToken}` };
    expect((await request(url, 'POST', '/', { raw: JSON.stringify(event), headers })).status).to.equal(422);
    await request(url, 'POST', '/', { raw: `{"specversion":"1.0","data":"${mark('a broken event')}`, headers });

    const live = await connect(url, token);
    const ask = { chatId: made.chat.id, clientId: randomUUID() };
    expect((await live.emit('message:send', { ...ask, body: mark('a live message') })).ok).to.equal(true);
    await live.emit('message:send', { ...ask, body: { text: mark('a live message of the wrong type') } });
    await live.emit(mark('an unknown event'), { a: 1 });
    await live.emit('auth:renew', { token: mark('a renewal with no token') });
    await connect(url, mark('a handshake with no token')).catch(() => undefined);
    live.socket.io.engine.write(`2${mark('a broken packet')}`);
    await live.closed();
    expect((await post('/v1/auth/logout', {}, token)).status).to.equal(204);

    await running.stop();
    const said = running.output();
    expect(said, 'all that it said is here').to.contain('"msg":"ready"').and.to.contain('"msg":"drained"');
    secrets['the password of the database'] = (
      await readFile(join(folder, 'data', 'postgres.password'), 'utf8')
    ).trim();
    expectNone(secrets, said);
    expectNone(secrets, await readFile(join(folder, 'data', 'postgres.log'), 'utf8'));
    running = undefined;
  });

  /** Runs the image on services that it cannot use, until it has tried all, and again; gives what it said, health included. */
  async function frustrated(image: string, env: Env): Promise<string> {
    const port = await freePort();
    const enough = new AbortController();
    const run = runImage(
      image,
      { ...common, ...env, PORT: `${port}` },
      {
        within: 50_000,
        enough: enough.signal,
      },
    );
    const health = await eventually(
      'every part was tried',
      async () => {
        const { body } = await request<{ parts: Record<string, string> }>(`http://127.0.0.1:${port}`, 'GET', '/health');
        const down = Object.values(body.parts).filter(state => /refused|WRONGPASS|password|ECONN|closed/i.test(state));
        return down.length >= 3 && JSON.stringify(body);
      },
      { within: 40_000, every: 100 },
    );
    setTimeout(() => enough.abort(), RETRIES_MS);
    const { stdout, stderr } = await run;
    return [stdout, stderr, health].join('\n');
  }

  it('of connections that nobody answers are in no log', async () => {
    const secrets = { DSN: secret('dsn'), REDIS_ADDR: secret('redis'), AMQP_URL: secret('amqp') };
    const said = await frustrated('gateway', {
      DSN: `postgres://ann:${secrets.DSN}@127.0.0.1:1/chat`,
      REDIS_ADDR: `redis://:${secrets.REDIS_ADDR}@127.0.0.1:1`,
      AMQP_URL: `amqp://ann:${secrets.AMQP_URL}@127.0.0.1:1,amqp://ann:${secrets.AMQP_URL}@127.0.0.1:2`,
    });
    expect(said).to.match(/ECONNREFUSED/);
    expectNone(secrets, said);
  });

  it('in variables of their own are in no log', async () => {
    const secrets = { DSN: secret('dsn'), REDIS_ADDR: secret('redis'), AMQP_URL: secret('amqp') };
    const said = await frustrated('gateway', {
      DSN: 'postgres://ann@127.0.0.1:1/chat',
      DSN_PASSWORD: secrets.DSN,
      REDIS_ADDR: '127.0.0.1:1',
      REDIS_PASSWORD: secrets.REDIS_ADDR,
      AMQP_URL: 'amqp://ann@127.0.0.1:1',
      AMQP_PASSWORD: secrets.AMQP_URL,
    });
    expect(said).to.match(/ECONNREFUSED/);
    expectNone(secrets, said);
  });

  it('of connections that are refused for their passwords are in no log', async () => {
    const secrets = {
      DSN: secret('dsn'),
      REDIS_ADDR: secret('redis'),
      AMQP_URL: secret('amqp'),
      right: secret('right'),
    };
    running = await startImage('all', common);
    const postmaster = await readFile(join(folder, 'data', 'postgres', 'postmaster.pid'), 'utf8');
    const [redisPort, postgresPort] = [await freePort(), postmaster.split('\n')[3]];
    if (spawnSync('redis-server', ['--version']).status === 0) {
      redis = await startRedis(redisPort, ['--requirepass', secrets.right]);
    }
    const said = await frustrated('chat-svc', {
      DSN: `postgres://postgres:${secrets.DSN}@127.0.0.1:${postgresPort}/postgres`,
      REDIS_ADDR: `redis://:${secrets.REDIS_ADDR}@127.0.0.1:${redisPort}`,
      AMQP_URL: `amqp://guest:${secrets.AMQP_URL}@127.0.0.1:5672`,
    });
    expect(said).to.match(/password authentication failed/);
    expectNone(secrets, said);
  });
});
