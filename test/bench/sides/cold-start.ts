/** From the start of a process to its first 200, asked for from outside every few milliseconds. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { startImage } from '../../support/processes.js';
import { freePort } from '../../support/redis.js';
import type { Side } from '../bench-case.js';
import { serve } from '../servers/serving.js';
import { ONE_OF_EACH } from './fleet.js';

const EVERY_MS = 5;
const WITHIN_MS = 30_000;
const READINESS = '/health/readiness';

async function answers(port: number, path: string): Promise<boolean> {
  const request = get({ host: '127.0.0.1', port, path, agent: false });
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode === 200;
}

const firstAnswer = (port: number, path: string): Promise<unknown> =>
  eventually(`200 from ${path}`, () => answers(port, path).catch(() => false), { within: WITHIN_MS, every: EVERY_MS });

const figures = (ms: number) => ({ values: { 'start to first 200 ms': ms }, cpu: {} });

/** One more of the image, on servers that are there. */
export const imageStarts = (image: 'gateway' | 'chat-svc' | 'presence-svc'): Side => ({
  name: 'ours',
  async open(stage) {
    const lease = await stage.fleet(ONE_OF_EACH);
    if ('missing' in lease) return lease;
    return {
      async round() {
        const port = await freePort();
        const began = performance.now();
        const starting = lease.deployment.start(image, { PORT: String(port) });
        await firstAnswer(port, READINESS);
        const ms = performance.now() - began;
        await (await starting).stop();
        return figures(ms);
      },
      close: lease.close,
    };
  },
});

/** Everything in one process on embedded parts, which an earlier start has set up. */
export const allStarts: Side = {
  name: 'ours',
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'minitelegram-bench-'));
    const env = { DATA_DIR: join(folder, 'data'), SHUTDOWN_GRACE_MS: '4000' };
    await (await startImage('all', env)).stop();
    return {
      async round() {
        const port = await freePort();
        const began = performance.now();
        const starting = startImage('all', { ...env, PORT: String(port) });
        await firstAnswer(port, READINESS);
        const ms = performance.now() - began;
        await (await starting).stop();
        return figures(ms);
      },
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

export const faasStarts: Side = {
  name: 'faas-js-runtime',
  open: async () => ({
    async round() {
      const began = performance.now();
      const server = await serve(new URL('../servers/faas-js-runtime.js', import.meta.url));
      await firstAnswer(Number(new URL(server.url).port), '/health/liveness');
      const ms = performance.now() - began;
      await server.stop();
      return figures(ms);
    },
    close: async () => {},
  }),
};
