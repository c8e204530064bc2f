import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { settingsOf } from '#runtime/hosting/config.js';
import { parseYaml } from '#runtime/hosting/yaml.js';
import { type Context, defaults, start } from '#runtime/knative.js';
import { freePort } from '../support/free-port.js';
import { ask } from './ask.js';
import { answers, directory, type Hosted, host, launch, until } from './hosted.js';

const ECHO = `module.exports = (context, body) => {
  context.log.info('seen');
  return { raw: context.rawBody ?? null, text: body };
};`;

describe('The settings of a hosted function', () => {
  const hosts: Hosted[] = [];
  const kept = async (hosted: Promise<Hosted>) => {
    hosts.push(await hosted);
    return hosted;
  };
  const servers: Server[] = [];
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map(hosted => hosted.dispose()));
    await Promise.all(servers.splice(0).map(server => new Promise(resolve => server.close(resolve))));
  });
  const post = (port: number, body: string) => ask(port, { headers: { 'content-type': 'text/plain' }, body });

  it('have the defaults of Knative', () => {
    expect(defaults).to.deep.equal({ LOG_LEVEL: 'warn', PORT: 8080, INCLUDE_RAW: false, BODY_LIMIT: 1_048_576 });
    const settings = settingsOf({}, {});
    expect(settings).to.include({ logLevel: 'warn', port: 8080, includeRaw: false, bodyLimit: 1_048_576 });
    expect(settings.urls).to.deep.equal({
      readiness: '/health/readiness',
      liveness: '/health/liveness',
      metrics: '/metrics',
    });
  });

  it('come from options before the environment, and take PORT, which the original ignores', () => {
    expect(settingsOf({}, { PORT: '9000' }).port).to.equal(9000);
    expect(settingsOf({ port: 9001 }, { PORT: '9000' }).port).to.equal(9001);
    expect(settingsOf({}, { PORT: '' }).port).to.equal(8080);
    expect(() => settingsOf({}, { PORT: 'http' })).to.throw('port must be a whole number from 0 to 65535, not "http"');
    expect(() => settingsOf({}, { SHUTDOWN_GRACE_MS: '-1' })).to.throw('SHUTDOWN_GRACE_MS');
  });

  it('read sizes with units', () => {
    const sizes = ['100', '2kb', '2MB', 7].map(
      bodyLimit => settingsOf({ bodyLimit: bodyLimit as number }, {}).bodyLimit,
    );
    expect(sizes).to.deep.equal([100, 2048, 2_097_152, 7]);
  });

  it('are overridden by func.yaml, given as a directory or as a file', async () => {
    const port = await freePort();
    const config = directory({
      'func.yaml': `name: from-yaml\nversion: 7\nport: ${port}\nincludeRaw: true\nbodyLimit: 3\n`,
    });
    for (const place of [config, `${config}/func.yaml`]) {
      const server = await start(({ rawBody }: Context) => ({ rawBody }), {
        config: place,
        port: 1,
        includeRaw: false,
        bodyLimit: 99,
      });
      servers.push(server);
      expect((server.address() as AddressInfo).port).to.equal(port);
      expect((await post(port, 'abc')).body).to.equal('{"rawBody":"abc"}');
      expect((await post(port, 'abcd')).status).to.equal(413);
      const { body } = await ask(port, { path: '/metrics' });
      expect(body).to.include('faas_name="from-yaml"').and.to.include('faas_version="7"');
      await new Promise(resolve => server.close(resolve));
    }
    rmSync(config, { recursive: true });
  });

  it('are read from func.yaml with merge keys, signs, binary numbers and times, as by the original', () => {
    const theirs = createRequire(createRequire(import.meta.url).resolve('faas-js-runtime'))('js-yaml');
    for (const text of [
      'base: &base {port: 9000, includeRaw: true}\n<<: *base\nname: merged',
      '<<: [{port: 1, a: 1}, {port: 2, b: 2}]\nport: 3',
      'port: 0x1F90\na: 0b11\nb: -0x1\nc: 0o17\nd: 017\ne: yes\nf: ~\ng: 1_0\nh: 1.10\ni: 12:30',
      'version: 2024-01-02\nat: 2024-01-02T03:04:05+01:00\nbytes: !!binary aGk=\npairs: !!pairs [a: 1]',
    ])
      expect(parseYaml(text)).to.deep.equal(theirs.load(text));
    expect(parseYaml('# nothing') ?? null).to.equal(theirs.load('# nothing'));
    expect(() => parseYaml('a: 1\n---\nb: 2')).to.throw();
  });

  it('say when the place of func.yaml does not exist', async () => {
    const error = await start(() => 'x', { config: './no/such/place' }).catch(thrown => thrown);
    expect(error.code).to.equal('ENOENT');
  });

  it('find func.yaml in the working directory, and warn of one that cannot be read', async () => {
    const good = await kept(host(ECHO, { files: { 'func.yaml': 'logLevel: info\nincludeRaw: true\n' } }));
    expect((await post(good.port, 'x')).body).to.equal('{"raw":"x","text":"x"}');
    await until('the line', () => good.output().includes('"msg":"seen"'));
    const bad = await kept(host(ECHO, { files: { 'func.yaml': '{{{' } }));
    expect((await post(bad.port, 'x')).body).to.equal('{"raw":null,"text":"x"}');
    expect(bad.output()).to.include('func.yaml is ignored');
  });

  it('come from the flags of the command line', async () => {
    const { port, output } = await kept(
      host(ECHO, {
        args: port => ['./index.cjs', '--port', `${port}`, '--log-level', 'info', '--include-raw', '--bodyLimit', '5'],
      }),
    );
    expect((await post(port, '12345')).body).to.equal('{"raw":"12345","text":"12345"}');
    expect((await post(port, '123456')).status).to.equal(413);
    await until('the line', () => output().includes('"msg":"seen"'));
  });

  it('come from FUNC_ variables before the flags', async () => {
    const { port, output } = await kept(
      host(ECHO, {
        args: ['index.cjs', '--port', '1', '--log-level', 'silent', '--bodyLimit', '2mb'],
        env: port => ({
          FUNC_PORT: `${port}`,
          FUNC_LOG_LEVEL: 'info',
          FUNC_INCLUDE_RAW: '1',
          FUNC_BODY_LIMIT: '5',
          PORT: '2',
        }),
      }),
    );
    expect((await post(port, '12345')).body).to.equal('{"raw":"12345","text":"12345"}');
    expect((await post(port, '123456')).status).to.equal(413);
    await until('the line', () => output().includes('"msg":"seen"'));
  });

  it('take the port from PORT when nothing else names one, and the log level from the module', async () => {
    const source = `module.exports = { logLevel: 'info', handle: ({ log }) => log.info('of the module') };`;
    const { port, output } = await kept(host(source, { args: ['index.cjs'], env: port => ({ PORT: `${port}` }) }));
    expect((await ask(port)).status).to.equal(204);
    await until('the line', () => output().includes('"msg":"of the module"'));
  });

  it('move the endpoints where the environment says', async () => {
    const { port } = await kept(
      launch({
        files: { 'index.cjs': ECHO },
        args: port => ['index.cjs', '--port', `${port}`],
        env: () => ({ LIVENESS_URL: '/live', READINESS_URL: '/ready', METRICS_URL: '/numbers' }),
      }),
    );
    await until('the server', () => answers(port));
    for (const path of ['/live', '/ready']) expect(await ask(port, { path })).to.include({ status: 200, body: 'OK' });
    expect((await ask(port, { path: '/numbers' })).body).to.include('faas_invocations');
    for (const path of ['/health/liveness', '/health/readiness', '/metrics'])
      expect((await ask(port, { path })).status).to.equal(404);
  });

  const refusals: [string, string[], string][] = [
    ['no file', [], 'usage: '],
    ['a file that is not there', ['nowhere.cjs'], 'nowhere.cjs'],
    ['an option that it does not know', ['index.cjs', '--prot', '1'], '--prot'],
    ['a port that is none', ['index.cjs', '--port', 'x'], '--port must be a whole number'],
    ['a module without a handler', ['empty.cjs'], 'Function must export a handle function'],
  ];
  for (const [what, args, message] of refusals) {
    it(`make the command line exit with 1 and say so: ${what}`, async () => {
      const hosted = await kept(launch({ files: { 'index.cjs': ECHO, 'empty.cjs': '' }, args }));
      expect(await hosted.exited).to.equal(1);
      expect(hosted.output()).to.include(message);
    });
  }
});
