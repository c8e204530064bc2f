/** Where files are kept: a disk that is full, and an S3 server that is away, slow, broken or refuses us. */
import type { Refusal } from '#support/http-proxy.js';
import type { Random } from '../random.js';
import type { Line } from '../world/lines.js';
import type { World } from '../world/world.js';
import type { Fault } from './fault.js';

const fullDisk: Fault = {
  name: 'full-disk',
  parts: ['files'],
  engine: 'disk',
  lasts: [500, 6_000],
  async inject({ files: { disk } }) {
    await disk?.fill();
    return async () => disk?.free();
  },
};

const linesTo = ({ lines }: World): readonly Line[] => lines.filter(({ name }) => name.endsWith('-s3'));

const broken = (name: string, lasts: Fault['lasts'], breaks: (line: Line) => void): Fault => ({
  name,
  parts: ['files'],
  engine: 's3',
  lasts,
  async inject(world) {
    for (const line of linesTo(world)) breaks(line);
    return async () => {
      for (const { proxy } of linesTo(world)) proxy.mend();
    };
  },
});

const errorOf = (code: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;

/** Some requests or all, before they are carried out or after it. */
const answers = (name: string, status: number, code: string): Fault => ({
  name,
  parts: ['files'],
  engine: 's3',
  lasts: [500, 8_000],
  async inject({ files: { bucket } }, random: Random) {
    const share = random.chance(0.4) ? 1 : 0.4;
    const refusal: Refusal = {
      ...{ status, body: errorOf(code), headers: { 'content-type': 'application/xml' } },
      ...{ hits: () => random.chance(share), after: random.chance(0.4) },
    };
    bucket?.refuse(refusal);
    return async () => bucket?.mend();
  },
});

export const FILE_FAULTS: readonly Fault[] = [
  fullDisk,
  broken('cut-s3', [500, 8_000], ({ proxy }) => proxy.cut()),
  broken('stall-s3', [1_000, 8_000], ({ proxy }) => proxy.stall()),
  broken('slow-s3', [3_000, 8_000], ({ proxy }) => proxy.slow(300)),
  answers('s3-answers-500', 500, 'InternalError'),
  answers('s3-answers-503', 503, 'SlowDown'),
  answers('s3-answers-403', 403, 'AccessDenied'),
];
