/**
 * Files that are got and put by curl, which takes little CPU: one large one, and several at a time. Ours is a gateway with a
 * folder for files; nginx has the same files on the same disk, and takes them by its WebDAV module.
 */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Env } from '#support/processes.js';
import { nginxBinary, startNginx } from '#support/proxies.js';
import type { Figures, Side } from '../bench-case.js';
import { countCpu } from '../measure/cpu.js';
import type { Source } from '../measure/processes.js';
import type { Stage } from '../stage.js';
import { ONE_OF_EACH } from './fleet.js';
import { people } from './population.js';

const MIB = 2 ** 20;
/** Files of so many MiB, so many at a time. */
const SHAPES = [
  { size: 512, count: 1 },
  { size: 64, count: 8 },
] as const;

type Words = readonly string[];

/** A server of files. */
interface Files {
  readonly process: Source;
  /** Puts one that is got later, and tells how. */
  keep(file: string, size: number): Promise<Words>;
  /** How one more is put. */
  put(file: string, size: number): Promise<Words>;
  /** What is done by its own code on the way, by itself: MB/s. */
  floor?(): number;
  close(): Promise<void>;
}

export async function curl(words: Words): Promise<string> {
  const { stdout } = await promisify(execFile)('curl', ['-sS', '--fail', '-H', 'Expect:', ...words]);
  return stdout;
}

export const get = (words: Words): Promise<unknown> => curl(['-o', '/dev/null', ...words]);

const filesSide = (name: string, start: (stage: Stage) => Promise<Files | { readonly missing: string }>): Side => ({
  name,
  async open(stage) {
    const started = await start(stage);
    if ('missing' in started) return started;
    const files = started;
    const folder = await mkdtemp(join(tmpdir(), 'bench-files-'));
    const all: { size: number; count: number; file: string; kept: Words }[] = [];
    for (const shape of SHAPES) {
      const file = join(folder, `${shape.size}`);
      const block = randomBytes(MIB);
      await writeFile(file, Array<Buffer>(shape.size).fill(block));
      all.push({ ...shape, file, kept: await files.keep(file, shape.size * MIB) });
    }
    return {
      async round() {
        const values: Record<string, number> = {};
        const cpu: Record<string, number> = {};
        const others: number[] = [];
        async function timed(what: string, size: number, work: readonly (() => Promise<unknown>)[]): Promise<void> {
          const count = countCpu({ server: [files.process] as readonly Source[] });
          await Promise.all(work.map(each => each()));
          const { seconds, us, otherCores } = count();
          const megabytes = (work.length * size * MIB) / 1e6;
          values[`${what} ${work.length} at a time: MB/s`] = megabytes / seconds;
          cpu[`${what} ${work.length} at a time`] = (us.server ?? 0) / megabytes;
          others.push(otherCores);
        }
        for (const { size, count, kept, file } of all) {
          await timed(
            'down',
            size,
            Array(count).fill(() => get(kept)),
          );
          const puts = await Promise.all(Array.from({ length: count }, () => files.put(file, size * MIB)));
          await timed(
            'up',
            size,
            puts.map(words => () => curl(words)),
          );
        }
        const floor = files.floor?.();
        return {
          values: { ...values, ...(floor !== undefined && { 'SHA-256 alone: MB/s': floor }) },
          cpu,
          otherCores: Math.max(...others),
        } satisfies Figures;
      },
      async close() {
        await files.close();
        await rm(folder, { recursive: true });
      },
    };
  },
});

/** What a gateway is told, so that it takes all of these. */
export const roomIn = (folder: string): Env => ({
  ...{ MEDIA_DIR: folder, MEDIA_MAX_BYTES: String(2 ** 31), MEDIA_QUOTA_BYTES: String(2 ** 50) },
});

/** Puts and gets at a gateway of ours, as the bearer of the token. */
export function filesAt(gateway: string, token: string): Pick<Files, 'keep' | 'put'> {
  const headers = ['-H', `Authorization: Bearer ${token}`, '-H', 'Tus-Resumable: 1.0.0'];
  async function put(file: string, size: number) {
    const said = ['-H', `Upload-Length: ${size}`, '-H', `Upload-Metadata: kind ${btoa('file')}`];
    const told = await curl(['-i', '-X', 'POST', ...headers, ...said, `${gateway}/v1/uploads`]);
    const path = /^location: (\S+)/im.exec(told)?.[1] ?? '';
    const type = ['-H', 'Content-Type: application/offset+octet-stream', '-H', 'Upload-Offset: 0'];
    return { path, words: ['-X', 'PATCH', '-T', file, ...headers, ...type, `${gateway}${path}`] };
  }
  return {
    async keep(file, size) {
      const { path, words } = await put(file, size);
      await curl(words);
      return [...headers, `${gateway}/v1/media/${path.split('/').at(-1)}`];
    },
    put: async (file, size) => (await put(file, size)).words,
  };
}

export const ourFiles = (folder?: string): Side =>
  filesSide(folder === undefined ? 'ours' : 'older build', async stage => {
    const kept = await mkdtemp(join(tmpdir(), 'bench-media-'));
    const lease = await stage.fleet(ONE_OF_EACH, folder, roomIn(kept));
    if ('missing' in lease) return lease;
    const [ann] = await people(lease.deployment, 1);
    return {
      ...filesAt(lease.deployment.gateways[0], ann?.token ?? ''),
      process: { pid: lease.deployment.one('gateway').pid },
      floor: hashed,
      async close() {
        await lease.close();
        await rm(kept, { recursive: true });
      },
    };
  });

export const nginxFiles: Side = filesSide('nginx', async () => {
  if (nginxBinary === undefined) return { missing: 'nginx is not installed (Debian: nginx-light)' };
  const folder = await mkdtemp(join(tmpdir(), 'bench-nginx-'));
  await mkdir(join(folder, 'put'));
  const taking = `dav_methods PUT; client_body_temp_path ${folder}/put/.temp;`;
  const nginx = await startNginx(
    nginxBinary,
    address => `server { listen ${address}; root ${folder}; client_max_body_size 0; location /put/ { ${taking} } }`,
  );
  let count = 0;
  return {
    process: { parent: nginx.pid },
    async keep(file, size) {
      await copyFile(file, join(folder, `${size}`));
      return [`${nginx.url}/${size}`];
    },
    put: async file => ['-T', file, `${nginx.url}/put/${count++ % 16}`],
    async close() {
      await nginx.stop();
      await rm(folder, { recursive: true });
    },
  };
});

/** In chunks as they come from a connection. */
function hashed(): number {
  const chunk = randomBytes(64 * 1024);
  const hash = createHash('sha256');
  const began = performance.now();
  for (let count = 0; count < 4_096; count++) hash.update(chunk);
  hash.digest();
  return (4_096 * chunk.length) / 1_000 / (performance.now() - began);
}
