import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigError } from '#runtime/config-error.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { readConfig } from '../support/config.js';

const SECRET = 'hunter2';

describe('the configuration', () => {
  let folder: string;
  let keyPath: string;
  let whole: NodeJS.ProcessEnv;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'));
    chmodSync(folder, 0o755);
    keyPath = join(folder, 'key.pem');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    writeFileSync(keyPath, privateKey.export({ type: 'sec1', format: 'pem' }));
    whole = {
      DSN: `postgres://me:${SECRET}@db:5432/chat`,
      REDIS_ADDR: 'redis:6379',
      AMQP_URL: `amqp://me:${SECRET}@one:5672, amqp://me:${SECRET}@two`,
      JWT_PRIVATE_KEY_PATH: keyPath,
    };
  });
  after(() => rmSync(folder, { recursive: true }));

  const faultOf = (image: string, env: NodeJS.ProcessEnv): string => {
    try {
      readConfig(image, env);
    } catch (thrown) {
      expect(thrown).to.be.instanceOf(ConfigError);
      return (thrown as Error).message;
    }
    return 'no fault';
  };

  it('needs nothing for all', () => {
    expect(readConfig('all', {})).to.deep.equal({
      host: '127.0.0.1',
      port: 8080,
      trustProxy: undefined,
      eventsToken: undefined,
      dsn: undefined,
      dsnRead: undefined,
      redisAddr: undefined,
      amqpUrls: undefined,
      amqpManagementUrl: undefined,
      partitions: undefined,
      settings: {
        registration: 'open',
        editWindowS: 172_800,
        jwtPrivateKeyPem: undefined,
        jwtPublicKeyPems: undefined,
      },
      dataDir: './.data',
      logLevel: 'info',
      rateLimit: true,
      shutdownGraceMs: 10_000,
      sink: undefined,
      ceOverrides: {},
      otlpUrl: undefined,
      tracesSampler: 'parentbased_always_on',
      tracesRatio: 1,
      cpuProfileSeconds: 0,
      cpuProfileDir: tmpdir(),
      warnings: [],
    });
  });

  it('takes everything that is well-formed', () => {
    const config = readConfig('gateway', { ...whole, PORT: '0', RATE_LIMIT: 'off', SHUTDOWN_GRACE_MS: '500' });
    expect(config).to.include({ port: 0, rateLimit: false, shutdownGraceMs: 500, redisAddr: 'redis:6379' });
    expect(config.amqpUrls).to.have.length(2);
    expect(config.settings.jwtPrivateKeyPem).to.contain('EC PRIVATE KEY');
  });

  it('listens on all addresses, but for all, which shares its port with people', () => {
    expect(readConfig('gateway', whole).host).to.equal(undefined);
    expect(readConfig('gateway', { ...whole, HOST: '10.0.0.7' }).host).to.equal('10.0.0.7');
    expect(readConfig('all', { HOST: '0.0.0.0' }).host).to.equal('0.0.0.0');
  });

  it('takes what Knative says of a sink', () => {
    const overrides = '{"extensions":{"tenant":"blue"}}';
    const config = readConfig('gateway', { ...whole, K_SINK: 'http://kn-chat-svc.ns.svc', K_CE_OVERRIDES: overrides });
    expect(config).to.deep.include({ sink: 'http://kn-chat-svc.ns.svc/', ceOverrides: { tenant: 'blue' } });
    expect(readConfig('gateway', { ...whole, K_CE_OVERRIDES: '{}' }).ceOverrides).to.deep.equal({});
  });

  it('takes the standard variables of OpenTelemetry', () => {
    const config = readConfig('gateway', {
      ...whole,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    expect(config).to.include({ otlpUrl: 'http://collector:4318/v1/traces', tracesSampler: 'traceidratio' });
    expect(config.tracesRatio).to.equal(0.25);
  });

  for (const [image, names] of [
    ['gateway', ['DSN', 'REDIS_ADDR', 'AMQP_URL', 'JWT_PRIVATE_KEY_PATH']],
    ['chat-svc', ['DSN', 'REDIS_ADDR', 'AMQP_URL']],
    ['presence-svc', ['DSN', 'REDIS_ADDR', 'AMQP_URL']],
    ['migrate', ['DSN']],
  ] as const) {
    for (const name of names) {
      it(`wants ${name} for ${image}, and says so`, () => {
        expect(faultOf(image, { ...whole, [name]: undefined })).to.equal(`${name}: is required by the image ${image}`);
        expect(faultOf(image, { ...whole, [name]: '' })).to.match(new RegExp(`^${name}: `));
      });
    }
  }

  describe('of TLS', () => {
    let made: Certificates;
    let secured: NodeJS.ProcessEnv;
    before(async () => {
      made = await makeCertificates();
      secured = {
        ...whole,
        DSN: 'postgres://db/chat',
        REDIS_ADDR: 'rediss://redis',
        AMQP_URL: 'amqps://one,amqps://two',
      };
    });
    after(() => made.remove());
    const over = (name: string) => ({
      [`${name}_CA`]: made.ca,
      [`${name}_CERT`]: made.client.cert,
      [`${name}_KEY`]: made.client.key,
    });

    it('goes into the addresses', () => {
      const config = readConfig('gateway', { ...secured, ...over('DSN'), ...over('REDIS'), ...over('AMQP') });
      const named = (text: string | undefined) => [...new URL(text ?? '').searchParams].flat().join(' ');
      const { ca, client } = made;
      expect(named(config.dsn)).to.equal(
        `sslrootcert ${ca} sslcert ${client.cert} sslkey ${client.key} sslmode verify-full`,
      );
      expect(named(config.redisAddr)).to.equal(
        `ssl_ca_certs ${ca} ssl_certfile ${client.cert} ssl_keyfile ${client.key}`,
      );
      for (const url of config.amqpUrls ?? []) {
        expect(named(url)).to.equal(`cacertfile ${ca} certfile ${client.cert} keyfile ${client.key}`);
      }
      expect(config.amqpUrls).to.have.length(2);
    });

    for (const name of ['DSN', 'REDIS', 'AMQP']) {
      it(`names the variable of ${name} that is wrong`, () => {
        const all = { ...secured, ...over(name) };
        const [ca, cert, key] = [`${name}_CA`, `${name}_CERT`, `${name}_KEY`];
        expect(faultOf('gateway', { ...all, [ca]: '/nowhere/ca.pem' })).to.equal(`${ca}: cannot be read (ENOENT)`);
        expect(faultOf('gateway', { ...all, [ca]: made.client.key })).to.equal(`${ca}: holds no certificate in PEM`);
        expect(faultOf('gateway', { ...all, [cert]: made.folder })).to.equal(`${cert}: cannot be read (EISDIR)`);
        expect(faultOf('gateway', { ...all, [key]: made.ca })).to.match(new RegExp(`^${key}: holds no private key`));
        expect(faultOf('gateway', { ...all, [key]: undefined })).to.equal(`${key}: is needed beside ${cert}`);
        expect(faultOf('gateway', { ...all, [cert]: undefined })).to.equal(`${cert}: is needed beside ${key}`);
        expect(faultOf('gateway', { ...all, [key]: made.server.key })).to.equal(
          `${key}: is not the key of that certificate`,
        );
      });
    }

    it('is of no use without TLS', () => {
      const plain = {
        ...secured,
        DSN: 'postgres://db/chat?sslmode=disable',
        REDIS_ADDR: 'redis:6379',
        AMQP_URL: 'amqp://one',
      };
      expect(faultOf('gateway', { ...plain, DSN_CA: made.ca })).to.match(/^DSN_CA: .*sslmode=disable/);
      expect(faultOf('gateway', { ...plain, REDIS_CA: made.ca })).to.match(/^REDIS_CA: .*rediss/);
      expect(faultOf('gateway', { ...plain, AMQP_CA: made.ca })).to.match(/^AMQP_CA: .*amqps/);
    });

    it('may stand in the addresses themselves, and is found missing there', () => {
      const env = (name: string, value: string) => ({ ...secured, [name]: value });
      for (const [name, value, why] of [
        [
          'DSN',
          'postgres://db/chat?sslmode=verify-full&sslrootcert=/nowhere',
          /^DSN: the file of its sslrootcert cannot/,
        ],
        ['DSN', 'postgres://db/chat?sslmode=prefer', /^DSN: has an sslmode that is none of/],
        ['DSN', 'postgres://db/chat?sslmode=verify-ca', /^DSN_CA: is needed with sslmode=verify-ca/],
        ['REDIS_ADDR', 'rediss://redis?ssl_ca_certs=/nowhere', /^REDIS_ADDR: the file of its ssl_ca_certs cannot/],
        ['REDIS_ADDR', 'redis://redis?ssl_ca_certs=/nowhere', /^REDIS_ADDR: .*only an address over TLS/],
        ['AMQP_URL', 'amqps://one?cacertfile=/nowhere', /^AMQP_URL: the file of its cacertfile cannot/],
      ] as const) {
        expect(faultOf('gateway', env(name, value))).to.match(why);
      }
    });
  });

  for (const [name, value] of [
    ['PORT', 'eighty'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '1e3'],
    ['TRUST_PROXY', 'nginx'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.1,'],
    ['TRUST_PROXY', '127.1'],
    ['EVENTS_TOKEN', `${SECRET} with spaces`],
    ['REGISTRATION', 'sometimes'],
    ['EDIT_WINDOW_S', '-1'],
    ['PARTITIONS', '0'],
    ['PARTITIONS', '257'],
    ['PARTITIONS', 'many'],
    ['DSN', `mysql://me:${SECRET}@db/chat`],
    ['DSN', `postgres://me:${SECRET}@/chat`],
    ['DSN_READ', `postgres://me:${SECRET}@a,/chat`],
    ['DSN_READ', `postgres://me:${SECRET}@a/chat?target_session_attrs=primary`],
    ['REDIS_ADDR', `http://${SECRET}`],
    ['REDIS_ADDR', 'redis:port'],
    ['AMQP_URL', `http://me:${SECRET}@one`],
    ['AMQP_URL', `amqp://me:${SECRET}@one,`],
    ['JWT_PRIVATE_KEY_PATH', '/nowhere/key.pem'],
    ['JWT_PUBLIC_KEYS_PATH', '/nowhere/keys'],
    ['LOG_LEVEL', 'loud'],
    ['RATE_LIMIT', 'maybe'],
    ['SHUTDOWN_GRACE_MS', 'soon'],
    ['K_SINK', 'chat-svc:8080'],
    ['K_SINK', `amqp://${SECRET}`],
    ['K_SINK', `http://me:${SECRET}@chat-svc`],
    ['K_CE_OVERRIDES', SECRET],
    ['K_CE_OVERRIDES', `["${SECRET}"]`],
    ['K_CE_OVERRIDES', `{"extensions":"${SECRET}"}`],
    ['K_CE_OVERRIDES', `{"extensions":{"Not-a-name":"${SECRET}"}}`],
    ['K_CE_OVERRIDES', `{"extensions":{"id":"${SECRET}"}}`],
    ['K_CE_OVERRIDES', '{"extensions":{"name":1}}'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', `http://me:${SECRET}@collector:4318`],
    ['CPU_PROFILE_SECONDS', '-1'],
  ] as const) {
    it(`refuses ${name}=${value.replaceAll(SECRET, '…')} in one line without the secret`, () => {
      const fault = faultOf('gateway', { ...whole, [name]: value });
      expect(fault).to.match(new RegExp(`^${name}: `));
      expect(fault).not.to.contain(SECRET).and.not.to.contain('\n');
    });
  }

  for (const [name, value] of [
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
    ['OTEL_TRACES_SAMPLER_ARG', 'half'],
  ] as const) {
    it(`warns of ${name}=${value} and ignores it, as OpenTelemetry wants it`, () => {
      const { warnings, ...config } = readConfig('gateway', { ...whole, [name]: value });
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(new RegExp(`^${name}: must be `));
      expect(config).to.include({ tracesSampler: 'parentbased_always_on', tracesRatio: 1 });
    });
  }

  describe('takes every variable', () => {
    /** By variable: a value that is good, the same in other case where case does not matter, one that is unknown. */
    const table: [name: string, valid: string, otherCase?: string | undefined, unknown?: string][] = [
      ['HOST', '10.0.0.7'],
      ['PORT', '9090', undefined, 'http'],
      ['TRUST_PROXY', 'fd00::/8', 'FD00::/8', 'loopback'],
      ['EVENTS_TOKEN', 'a-token', undefined, 'two words'],
      ['REGISTRATION', 'closed', 'Closed', 'never'],
      ['EDIT_WINDOW_S', '0', undefined, 'two days'],
      ['PARTITIONS', '32', undefined, 'some'],
      ['DSN', 'postgres://me@db/chat', undefined, 'db'],
      ['DSN_READ', 'postgres://me@db,db/chat', undefined, 'db'],
      ['DSN_PASSWORD', SECRET],
      ['REDIS_ADDR', 'redis://redis:6379/1', undefined, 'http://redis'],
      ['REDIS_PASSWORD', SECRET],
      ['AMQP_URL', 'amqp://rabbit', undefined, 'rabbit'],
      ['AMQP_PASSWORD', SECRET],
      ['JWT_PRIVATE_KEY_PATH', 'KEY', undefined, '/nowhere/key.pem'],
      ['JWT_PUBLIC_KEYS_PATH', 'KEY', undefined, '/nowhere/keys'],
      ['DATA_DIR', './elsewhere'],
      ['LOG_LEVEL', 'warn', 'WARN', 'loud'],
      ['RATE_LIMIT', 'off', 'Off', 'maybe'],
      ['SHUTDOWN_GRACE_MS', '500', undefined, 'soon'],
      ['K_SINK', 'http://sink', 'HTTP://sink', 'sink'],
      ['K_CE_OVERRIDES', '{"extensions":{"a":"b"}}', undefined, 'x'],
      ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318', 'HTTP://collector:4318', 'collector'],
      ['OTEL_TRACES_SAMPLER', 'always_off', 'ALWAYS_OFF'],
      ['OTEL_TRACES_SAMPLER_ARG', '0.5'],
      ['CPU_PROFILE_SECONDS', '3', undefined, 'some'],
      ['CPU_PROFILE_DIR', '/tmp/profiles'],
    ];
    for (const [name, valid, otherCase, unknown] of table) {
      const given = (value: string) =>
        readConfig('all', { DSN: 'postgres://me@db/x', REDIS_ADDR: 'r:1', AMQP_URL: 'amqp://me@a', [name]: at(value) });
      const at = (value: string) => (value === 'KEY' ? keyPath : value);

      it(`${name}: what is empty or blank is not set`, () => {
        const without = { DSN: 'postgres://me@db/x', REDIS_ADDR: 'r:1', AMQP_URL: 'amqp://me@a', [name]: undefined };
        const unset = readConfig('all', without);
        for (const value of ['', ' ', '\t \n']) expect(given(value), JSON.stringify(value)).to.deep.equal(unset);
        expect(given(valid)).not.to.deep.equal(unset);
      });
      if (!name.endsWith('_PASSWORD')) {
        it(`${name}: spaces around it, as a file's last newline, are none of it`, () =>
          expect(given(` ${at(valid)}\n`)).to.deep.equal(given(valid)));
      }
      if (otherCase !== undefined) {
        it(`${name}: ${otherCase} is ${valid}`, () => {
          const known = (config: object) => JSON.stringify(config).toLowerCase();
          expect(known(given(otherCase))).to.equal(known(given(valid)));
        });
      }
      if (unknown !== undefined) {
        it(`${name}: ${unknown} is refused by its name`, () =>
          expect(faultOf('all', { [name]: unknown })).to.match(new RegExp(`^${name}: `)));
      }
    }
  });

  it('tells an operator whose key is not there yet what to do, in one line', () => {
    const fault = faultOf('gateway', { ...whole, JWT_PRIVATE_KEY_PATH: join(folder, 'not-yet.pem') });
    expect(fault).to.match(/^JWT_PRIVATE_KEY_PATH: cannot be read \(ENOENT\): make one with `openssl [^\n]+$/);
  });

  for (const [what, content] of [
    ['nothing', ''],
    ['garbage', SECRET],
    [
      'an RSA key',
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
    [
      'another curve',
      generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
  ] as const) {
    it(`refuses ${what} as the key, and says what is wrong with it`, () => {
      const path = join(folder, 'bad.pem');
      writeFileSync(path, content);
      const fault = faultOf('gateway', { ...whole, JWT_PRIVATE_KEY_PATH: path });
      expect(fault).to.match(/^JWT_PRIVATE_KEY_PATH: holds .*: make one with `openssl [^\n]+$/);
      expect(fault).not.to.contain(SECRET);
    });
  }

  it('does not advise to make a key that is there and may not be read', () => {
    const path = join(folder, 'closed.pem');
    writeFileSync(path, SECRET, { mode: 0o000 });
    for (const name of ['JWT_PRIVATE_KEY_PATH', 'JWT_PUBLIC_KEYS_PATH']) {
      const fault = asNobody(() => faultOf('all', { [name]: path }));
      expect(fault).to.equal(`${name}: cannot be read (EACCES): let the user that this runs as read it`);
    }
  });

  describe('of keys whose tokens are good as well', () => {
    const publicPem = (namedCurve = 'prime256v1') =>
      generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const inFolder = (files: Readonly<Record<string, string>>): string => {
      const path = mkdtempSync(join(folder, 'keys-'));
      for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
      return path;
    };
    const keysAt = (path: string) =>
      readConfig('gateway', { ...whole, JWT_PUBLIC_KEYS_PATH: path }).settings.jwtPublicKeyPems;

    it('takes a file of one or several, and a folder of such files, but hidden ones', () => {
      const [one, two, three] = [publicPem(), publicPem(), publicPem()];
      const path = inFolder({ 'a.pem': one, 'b.pem': `before\n${two}between\n${three}` });
      mkdirSync(join(path, '..2026_11_29'));
      writeFileSync(join(path, '.hidden'), 'nothing of the kind');
      symlinkSync(join(path, 'a.pem'), join(path, 'c.pem'));
      expect(keysAt(join(path, 'a.pem'))).to.deep.equal([one]);
      expect(keysAt(join(path, 'b.pem'))).to.deep.equal([two, three]);
      expect(keysAt(path)).to.deep.equal([one, two, three, one]);
      expect(keysAt(inFolder({}))).to.deep.equal([]);
    });

    it('takes the public half of a private key, as openssl writes it', () => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
      const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
      const path = inFolder({ 'key.pem': `${parameters}${privateKey.export({ type: 'sec1', format: 'pem' })}` });
      expect(keysAt(path)).to.deep.equal([publicKey.export({ type: 'spki', format: 'pem' })]);
    });

    for (const [what, content] of [
      ['nothing', ''],
      ['garbage', SECRET],
      ['half a key', publicPem().slice(0, 100)],
      ['a damaged key', publicPem().replace('MFkw', 'MFkk')],
      ['another curve', publicPem('secp384r1')],
      ['one good key and one of another curve', `${publicPem()}${publicPem('secp384r1')}`],
    ] as const) {
      it(`refuses ${what} in a file or a folder, naming the file`, () => {
        const path = inFolder({ 'good.pem': publicPem(), 'odd.pem': content });
        const say = (at: string) => faultOf('gateway', { ...whole, JWT_PUBLIC_KEYS_PATH: at });
        expect(say(join(path, 'odd.pem'))).to.match(/^JWT_PUBLIC_KEYS_PATH: holds [^\n]+ `openssl [^\n]+$/);
        expect(say(path))
          .to.match(/^JWT_PUBLIC_KEYS_PATH: odd\.pem holds [^\n]+$/)
          .and.not.contain(SECRET);
      });
    }
  });
});

/** Root may read everything, so that it looks as somebody else. */
function asNobody<Value>(look: () => Value): Value {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return look();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
