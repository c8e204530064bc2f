/** What variables may be, what is said of others, and what is where none are set. */
import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { readConfig } from '../support/config.js';
import { configured, faultOf, SECRET } from './configured.js';

describe('the configuration', () => {
  const the = configured();

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
        mediaDir: undefined,
        s3: undefined,
        scanUrl: undefined,
        mediaMaxBytes: 100 * 1024 ** 2,
        mediaQuotaBytes: 2 * 1024 ** 3,
        mediaRefusedTypes: [],
        previews: false,
        previewsAllow: undefined,
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
    const config = readConfig('gateway', { ...the.whole, PORT: '0', RATE_LIMIT: 'off', SHUTDOWN_GRACE_MS: '500' });
    expect(config).to.include({ port: 0, rateLimit: false, shutdownGraceMs: 500, redisAddr: 'redis:6379' });
    expect(config.amqpUrls).to.have.length(2);
    expect(config.settings.jwtPrivateKeyPem).to.contain('EC PRIVATE KEY');
  });

  it('listens on all addresses, but for all, which shares its port with people', () => {
    expect(readConfig('gateway', the.whole).host).to.equal(undefined);
    expect(readConfig('gateway', { ...the.whole, HOST: '10.0.0.7' }).host).to.equal('10.0.0.7');
    expect(readConfig('all', { HOST: '0.0.0.0' }).host).to.equal('0.0.0.0');
  });

  it('takes what Knative says of a sink', () => {
    const overrides = '{"extensions":{"tenant":"blue"}}';
    const config = readConfig('gateway', {
      ...the.whole,
      K_SINK: 'http://kn-chat-svc.ns.svc',
      K_CE_OVERRIDES: overrides,
    });
    expect(config).to.deep.include({ sink: 'http://kn-chat-svc.ns.svc/', ceOverrides: { tenant: 'blue' } });
    expect(readConfig('gateway', { ...the.whole, K_CE_OVERRIDES: '{}' }).ceOverrides).to.deep.equal({});
  });

  it('takes the standard variables of OpenTelemetry', () => {
    const config = readConfig('gateway', {
      ...the.whole,
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
        expect(faultOf(image, { ...the.whole, [name]: undefined })).to.equal(
          `${name}: is required by the image ${image}`,
        );
        expect(faultOf(image, { ...the.whole, [name]: '' })).to.match(new RegExp(`^${name}: `));
      });
    }
  }

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
      const fault = faultOf('gateway', { ...the.whole, [name]: value });
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
      const { warnings, ...config } = readConfig('gateway', { ...the.whole, [name]: value });
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
      ['MEDIA_DIR', './files'],
      ['S3_URL', 'https://key:secret@s3/media', undefined, 'media'],
      ['MEDIA_MAX_BYTES', '1000', undefined, 'some'],
      ['MEDIA_QUOTA_BYTES', '1000', undefined, 'some'],
      ['MEDIA_REFUSED_TYPES', 'video/*', 'Video/*', 'films'],
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
      const at = (value: string) => (value === 'KEY' ? the.keyPath : value);

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
});
