/** From the start of a process to its first 200, asked for from outside every few milliseconds. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '#support/eventually.js';
import { freePort } from '#support/free-port.js';
import { BUILT, type Running, startImage } from '#support/processes.js';
import { type BundledImage, COMPILE_CACHE } from '../../../build/bundle.js';
import type { Opened, Side } from '../bench-case.js';
import { serve } from '../servers/serving.js';
import { spreadOf } from '../statistics.js';
import { bundled, IMAGE_ENV } from './bundles.js';
import { ONE_OF_EACH } from './fleet.js';

const EVERY_MS = 5;
const WITHIN_MS = 30_000;
const READINESS = '/health/readiness';
/** A round is their median: one alone says little. */
const STARTS = 5;

async function answers(port: number, path: string): Promise<boolean> {
  const request = get({ host: '127.0.0.1', port, path, agent: false });
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode === 200;
}

const firstAnswer = (port: number, path: string): Promise<unknown> =>
  eventually(`200 from ${path}`, () => answers(port, path).catch(() => false), { within: WITHIN_MS, every: EVERY_MS });

/** `once` starts it one time and ends it, and answers how long the start took. */
const starts = (once: () => Promise<number>): Opened['round'] =>
  async function round() {
    const ms: number[] = [];
    while (ms.length < STARTS) ms.push(await once());
    return { values: { 'start to first 200 ms': spreadOf(ms).median }, cpu: {} };
  };

async function timed(start: (port: string) => Promise<Running>): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const starting = start(`${port}`);
  await firstAnswer(port, READINESS);
  const ms = performance.now() - began;
  await (await starting).stop();
  return ms;
}

const folderOfOurs = (): Promise<string> => mkdtemp(join(tmpdir(), 'minitelegram-bench-'));

/** One more of the image, as it is deployed, on servers that are there. */
export const imageStarts = (image: BundledImage): Side => ({
  name: 'ours',
  async open(stage) {
    const lease = await stage.fleet(ONE_OF_EACH);
    if ('missing' in lease) return lease;
    const folder = await folderOfOurs();
    const program = await bundled(image, folder, stage.options.node);
    const cache = { NODE_COMPILE_CACHE: join(folder, COMPILE_CACHE), NODE_COMPILE_CACHE_PORTABLE: '1' };
    const start = (PORT: string) => lease.deployment.start(image, { ...IMAGE_ENV, ...cache, PORT }, { program });
    // Node keeps a cache for each user apart: the bundle's is the Dockerfiles' user's.
    await timed(start);
    return {
      round: starts(() => timed(start)),
      async close() {
        await rm(folder, { recursive: true, force: true });
        await lease.close();
      },
    };
  },
});

/** Everything in one process on embedded parts, which an earlier start has set up. */
export const allStarts: Side = {
  name: 'ours',
  async open({ options: { node } }) {
    const folder = await folderOfOurs();
    const program = { ...BUILT, node };
    const env = { DATA_DIR: join(folder, 'data'), SHUTDOWN_GRACE_MS: '4000' };
    await (await startImage('all', env, { program })).stop();
    return {
      round: starts(() => timed(PORT => startImage('all', { ...env, PORT }, { program }))),
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

export const faasStarts: Side = {
  name: 'faas-js-runtime',
  open: async ({ options: { node } }) => ({
    round: starts(async () => {
      const began = performance.now();
      const server = await serve(new URL('../servers/faas-js-runtime.js', import.meta.url), node);
      await firstAnswer(Number(new URL(server.url).port), '/health/liveness');
      const ms = performance.now() - began;
      await server.stop();
      return ms;
    }),
    close: async () => {},
  }),
};
