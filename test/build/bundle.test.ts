/** The files of an image: what is in them, what is not, and that they run by themselves. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { messageRead, messageSent } from '#functions/domain/events.js';
import { confinedProcess } from '#runtime/drivers/confined/confined.js';
import { uuid } from '#runtime/testing/context.js';
import { BUNDLED, type Bundle, type BundledImage, bundle, COMPILE_CACHE } from '../../build/bundle.js';
import { hasCompileCache } from '../../build/compile-cache.js';
import { startCollector } from '../support/collector.js';
import { eventually } from '../support/eventually.js';
import { memoryLog } from '../support/log.js';
import { startLoneImage } from '../support/lone-image.js';
import { photo, voice } from '../support/media-samples.js';

const run = promisify(execFile);

/** What only those have a use for who are called by clients. */
const CLIENTS_ONLY = ['express', 'socket.io', '@socket.io/redis-adapter', 'jose', 'rate-limiter-flexible'];
/** What no image has a use for: it has servers, no tests, no types and no terminal. */
const NOBODYS =
  /^runtime\/(drivers\/memory\/(?!connection-table)|drivers\/postgres\/embedded|dlq|hosting|testing)|^test\//;

const ENTRYPOINTS = /\/(?:all|gateway|chat-svc|presence-svc|dlq)\.js$/;

const eventOf = (type: string, data: object) => ({
  path: '/',
  headers: { 'content-type': 'application/cloudevents+json' },
  body: JSON.stringify({ specversion: '1.0', id: uuid(1), source: '/test', type, data }),
});

/** What each does for others, and cannot without its servers. */
const CALLS = {
  gateway: {
    path: '/v1/auth/login',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ann@example.org', password: 'correct horse battery staple' }),
  },
  'chat-svc': eventOf(messageSent.type, { chatId: uuid(2), clientId: 'one', senderId: uuid(3), body: 'hello' }),
  'presence-svc': eventOf(messageRead.type, {
    chatId: uuid(2),
    userId: uuid(3),
    seq: 1,
    at: '2026-01-02T03:04:05.678Z',
  }),
};

describe('the files of an image', () => {
  let folder: string;
  const bundles = new Map<BundledImage, Bundle>();
  const filesOf = (image: BundledImage): string => join(folder, image);

  before(async function () {
    // Each image is started once for its compile cache.
    this.timeout(120_000);
    folder = await mkdtemp(join(tmpdir(), 'bundles-'));
    // The user that the images run as reads them.
    await chmod(folder, 0o755);
    for (const image of BUNDLED) bundles.set(image, await bundle(image, filesOf(image)));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const start = (image: BundledImage, ...words: string[]): Promise<{ code: number; stderr: string }> =>
    run(process.execPath, [join(filesOf(image), 'dist/runtime/main.js'), ...words], { env: {}, timeout: 10_000 }).then(
      ({ stderr }) => ({ code: 0, stderr }),
      ({ code, stderr }) => ({ code, stderr }),
    );

  for (const image of BUNDLED) {
    describe(`of ${image}`, () => {
      it('have what it works with, and of other programs nothing', () => {
        const { packages, modules } = bundles.get(image)!;
        expect([...packages.keys()]).to.include.members(['pg', 'ioredis', 'amqplib']);
        expect(
          modules.filter(name => name.startsWith('functions/entrypoints/') && ENTRYPOINTS.test(name)),
        ).to.deep.equal([`functions/entrypoints/${image}.js`]);
        expect(modules.filter(name => NOBODYS.test(name))).to.deep.equal([]);
        if (image === 'gateway') expect([...packages.keys()]).to.include.members(CLIENTS_ONLY);
        else expect([...packages.keys()]).not.to.include.any.members(CLIENTS_ONLY);
      });

      it("have the pages and the API's documents only where people ask for them, and nothing that made them", async () => {
        const files = await readdir(filesOf(image), { recursive: true });
        for (const name of ['index.html', 'docs.html', 'openapi.json', 'asyncapi.json']) {
          const found = files.filter(file => file.startsWith(`dist/web/site/${name}`));
          expect(found, name).to.have.length(image === 'gateway' ? 3 : 0);
        }
        expect(bundles.get(image)!.modules.filter(name => name.startsWith('runtime/describe/'))).to.deep.equal([]);
      });

      it('have native code only where passwords are checked or photos looked into', async () => {
        const native = (await readdir(filesOf(image), { recursive: true })).filter(name => name.endsWith('.node'));
        expect(native).to.have.length(image === 'presence-svc' ? 0 : 1);
      });

      it('say what is missing, as everywhere', async () => {
        expect(await start(image, image)).to.deep.equal({
          code: 78,
          stderr: `DSN: is required by the image ${image}\n`,
        });
        expect(await start(image, 'migrate')).to.deep.equal({
          code: 78,
          stderr: 'DSN: is required by the image migrate\n',
        });
      });

      it('can trace, and read what it takes for that only when they do', async () => {
        const runtime = join(filesOf(image), 'dist/runtime');
        const collector = await startCollector();
        const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
        const running = await startLoneImage(join(runtime, 'main.js'), image, folder, endpoint);
        const { path, headers, body } = CALLS[image];
        const call = async () => (await fetch(running.url + path, { method: 'POST', headers, body })).status;
        await eventually('it is called', async () => (await call()) === 503);
        const span = await eventually('its span comes', () => collector.spans[0]);
        expect(span).to.include({ service: image, failed: true });
        expect(await running.end()).to.equal(0);
        await collector.close();

        const files = (await readdir(runtime)).filter(name => name.endsWith('.js'));
        const texts = await Promise.all(files.map(name => readFile(join(runtime, name), 'utf8')));
        const sdk = files.filter((_, at) => texts[at]?.includes('var BatchSpanProcessor'));
        expect(sdk).to.have.length(1);
        const asking = texts.flatMap(text => text.split('\n').filter(line => line.includes(`require("./${sdk[0]}")`)));
        expect(asking).to.have.length(1);
        expect(asking[0]).to.contain('.then(() => require(');
      });

      // Node 20 keeps no such code.
      if (!hasCompileCache) {
        it('have none of the code that V8 makes', async () => {
          expect(await readdir(join(filesOf(image), COMPILE_CACHE))).to.deep.equal([]);
        });
      } else
        it('have the code that V8 made of what a start loads, and V8 takes it, also where nothing can be written', async () => {
          const copy = `${filesOf(image)}-elsewhere`;
          await cp(filesOf(image), copy, { recursive: true });
          const cache = { NODE_COMPILE_CACHE: join(copy, COMPILE_CACHE), NODE_COMPILE_CACHE_PORTABLE: '1' };
          const env = { ...cache, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
          const as = process.getuid?.() === 0 ? { uid: 10_001, gid: 10_001 } : {};
          const args = [join(copy, 'dist/runtime/main.js'), 'migrate'];
          const { stderr } = await run(process.execPath, args, { env, timeout: 10_000, ...as }).catch(thrown => thrown);
          expect(stderr).to.match(/main\.js was accepted/);
          expect(stderr).not.to.match(/was rejected/);
        });

      it('are the same, byte for byte, when they are made again, whether the folder is told from the root or from here', async () => {
        const before = await digestsOf(filesOf(image));
        await bundle(image, relative(process.cwd(), filesOf(image)));
        expect(await digestsOf(filesOf(image))).to.deep.equal(before);
      });
    });
  }

  it('of chat-svc look into photos and sounds by themselves', async () => {
    const module = pathToFileURL(join(filesOf('chat-svc'), 'dist/runtime/media-worker.js'));
    const limits = { timeMs: 10_000, memoryBytes: 2 ** 30, heapBytes: 2 ** 28, maxWaiting: 1 };
    const confined = confinedProcess({ module, ...limits, log: memoryLog() });
    const found = async (look: string, bytes: Buffer) =>
      confined.run({
        job: { look, size: bytes.length },
        serve: async range => bytes.subarray((range as { start: number }).start, (range as { end: number }).end),
        use: async result => result,
      });
    try {
      expect(await found('photo', await photo())).to.include({ width: 40, height: 60 });
      expect(await found('sound', voice()))
        .to.have.property('waveform')
        .with.length(20);
    } finally {
      await confined.close();
    }
  });
});

async function digestsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => !file.includes(COMPILE_CACHE));
  const digests = files.map(
    async file =>
      [
        file,
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
      ] as const,
  );
  return Object.fromEntries(await Promise.all(digests));
}
