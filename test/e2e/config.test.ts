/** A process that cannot work with its configuration says so in one line and ends with 78, at once and without secrets. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startLoneImage } from '../support/lone-image.js';
import { BUILT, type Env, runImage } from '../support/processes.js';

/** Syntactically right, and nobody listens there: the configuration must be refused before anybody connects. */
const RIGHT = {
  DSN: 'postgres://someone:sesame@127.0.0.1:1/nowhere',
  REDIS_ADDR: '127.0.0.1:1',
  AMQP_URL: 'amqp://someone:sesame@127.0.0.1:1',
};

describe('configuration errors', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-config-'));
    await writeFile(join(folder, 'bad.pem'), 'sesame');
  });

  after(() => rm(folder, { recursive: true, force: true }));

  const without = (name: keyof typeof RIGHT): Env =>
    Object.fromEntries(Object.entries(RIGHT).filter(([key]) => key !== name));
  const cases: [string, string | undefined, () => Env, RegExp][] = [
    ['chat-svc without DSN', 'chat-svc', () => without('DSN'), /DSN/],
    ['chat-svc without AMQP_URL', 'chat-svc', () => without('AMQP_URL'), /AMQP_URL/],
    ['presence-svc without REDIS_ADDR', 'presence-svc', () => without('REDIS_ADDR'), /REDIS_ADDR/],
    ['gateway without JWT_PRIVATE_KEY_PATH', 'gateway', () => RIGHT, /JWT_PRIVATE_KEY_PATH/],
    [
      'gateway with a key file that is not there',
      'gateway',
      () => ({ ...RIGHT, JWT_PRIVATE_KEY_PATH: join(folder, 'no.pem') }),
      /JWT_PRIVATE_KEY_PATH/,
    ],
    [
      'gateway with a key file that holds no key',
      'gateway',
      () => ({ ...RIGHT, JWT_PRIVATE_KEY_PATH: join(folder, 'bad.pem') }),
      /JWT_PRIVATE_KEY_PATH/,
    ],
    ['migrate without DSN', 'migrate', () => without('DSN'), /DSN/],
    ['PORT that is no number', 'chat-svc', () => ({ ...RIGHT, PORT: 'eighty' }), /PORT/],
    ['PORT out of range', 'chat-svc', () => ({ ...RIGHT, PORT: '70000' }), /PORT/],
    ['AMQP_URL that is no URL', 'chat-svc', () => ({ ...RIGHT, AMQP_URL: 'sesame@nowhere' }), /AMQP_URL/],
    [
      'AMQP_URL with one bad node of two',
      'chat-svc',
      () => ({ ...RIGHT, AMQP_URL: `${RIGHT.AMQP_URL},http://x:sesame@y` }),
      /AMQP_URL/,
    ],
    ['DSN of another database', 'chat-svc', () => ({ ...RIGHT, DSN: 'mysql://someone:sesame@127.0.0.1/x' }), /DSN/],
    ['REDIS_ADDR with a bad port', 'chat-svc', () => ({ ...RIGHT, REDIS_ADDR: 'localhost:redis' }), /REDIS_ADDR/],
    ['LOG_LEVEL that there is not', 'chat-svc', () => ({ ...RIGHT, LOG_LEVEL: 'loud' }), /LOG_LEVEL/],
    ['RATE_LIMIT that is neither on nor off', 'chat-svc', () => ({ ...RIGHT, RATE_LIMIT: 'maybe' }), /RATE_LIMIT/],
    [
      'SHUTDOWN_GRACE_MS that is negative',
      'chat-svc',
      () => ({ ...RIGHT, SHUTDOWN_GRACE_MS: '-1' }),
      /SHUTDOWN_GRACE_MS/,
    ],
    ['K_SINK that is no URL', 'chat-svc', () => ({ ...RIGHT, K_SINK: 'sesame' }), /^K_SINK/],
    ['K_CE_OVERRIDES that is no JSON', 'chat-svc', () => ({ ...RIGHT, K_CE_OVERRIDES: '{sesame' }), /^K_CE_OVERRIDES/],
    [
      'an image that there is not',
      `none-${randomBytes(2).toString('hex')}`,
      () => RIGHT,
      /gateway.*chat-svc.*presence-svc.*all.*migrate/,
    ],
    ['no image at all', undefined, () => RIGHT, /gateway.*chat-svc.*presence-svc.*all.*migrate/],
  ];
  for (const [what, image, env, named] of cases) {
    it(what, async () => {
      const { code, stderr, ms } = await runImage(image, env());
      expect(code, stderr).to.equal(78);
      expect(ms).to.be.below(2_000);
      const lines = stderr.split('\n').filter(line => line !== '');
      expect(lines).to.have.lengthOf(1);
      expect(lines[0])
        .to.match(named)
        .and.not.match(/sesame/);
    });
  }

  it('starts with every variable that it does not need empty, as a template leaves them', async () => {
    const names = ['HOST', 'TRUST_PROXY', 'EVENTS_TOKEN', 'REGISTRATION', 'LOG_LEVEL', 'RATE_LIMIT', 'CPU_PROFILE_DIR'];
    const traces = [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG',
      'OTEL_SERVICE_NAME',
    ];
    const empty = Object.fromEntries([...names, ...traces, 'K_SINK', 'K_CE_OVERRIDES'].map(name => [name, ' ']));
    const image = await startLoneImage(BUILT.main, 'chat-svc', folder, empty);
    expect(await image.end()).to.equal(0);
  });

  for (const [what, dataDir] of [
    ['below a file', '/dev/null/data'],
    ['where nobody may make one', '/proc/data'],
  ] as const) {
    it(`tells in a line that there is no folder to keep data in ${what}`, async () => {
      const { code, stderr } = await runImage('all', { DATA_DIR: dataDir });
      expect(code).to.equal(78);
      expect(stderr).to.match(/^DATA_DIR: nothing can be kept in .* set DATA_DIR to a folder that may be written to$/);
    });
  }

  it('tells in a line that the key which it made once cannot be used any more', async () => {
    const path = join(folder, 'jwt-private-key.pem');
    for (const spoil of [() => writeFile(path, 'sesame'), () => rm(path).then(() => mkdir(path))]) {
      await spoil();
      const { code, stderr } = await runImage('all', { DATA_DIR: folder });
      expect(code).to.equal(78);
      const lines = stderr.split('\n').filter(line => line !== '');
      expect(lines).to.have.lengthOf(1);
      expect(lines[0])
        .to.match(/^DATA_DIR: .*jwt-private-key\.pem (holds no private key|cannot be read)/)
        .and.not.match(/sesame/);
    }
  });
});
