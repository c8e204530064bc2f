/** What is found in photos, sounds and videos, what is left of them, and what those that are broken or too much come to. */
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import sharp from 'sharp';
import { thumbHashToApproximateAspectRatio } from 'thumbhash';
import type { InspectedFile, Inspection, Look, Rendition } from '#runtime/contract/ports/inspector.js';
import { mediaInspector } from '#runtime/drivers/media/inspector.js';
import { failureOf } from '../../support/failure.js';
import { memoryLog } from '../../support/log.js';
import { animation, noise, photo, recorded, SECRETS, video, voice, wav } from '../../support/media-samples.js';

const fileOf = (bytes: Buffer): InspectedFile => ({
  size: bytes.length,
  async *read(start, end) {
    // In pieces, as stores give them.
    for (let at = start; at < end; at += 64 * 1024) yield bytes.subarray(at, Math.min(end, at + 64 * 1024));
  },
});

async function bytesOf(rendition: Rendition | undefined): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of rendition?.read() ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}

interface Seen extends Inspection {
  readonly photoBytes: Buffer;
  readonly thumbBytes: Buffer;
}

describe('media that are looked into', () => {
  let inspector: ReturnType<typeof mediaInspector>;
  before(() => {
    inspector = mediaInspector(memoryLog());
  });
  after(() => inspector.close());

  const look = (bytes: Buffer, as: Look): Promise<Seen> =>
    inspector.inspect(fileOf(bytes), as, async found => ({
      ...found,
      photoBytes: await bytesOf(found.photo),
      thumbBytes: await bytesOf(found.thumb),
    }));

  describe('photos', () => {
    it('lose all that is said of who took them where, and keep how they are held and what their colours mean', async () => {
      const taken = await photo();
      for (const secret of SECRETS.slice(0, 1)) expect(taken.includes(secret), 'it is there').to.equal(true);
      const { width, height, photo: told, photoBytes } = await look(taken, 'photo');
      expect([width, height], 'as it is shown').to.deep.equal([40, 60]);
      expect(told).to.include({ type: 'image/jpeg', size: photoBytes.length });
      expect(told?.sha256).to.equal(createHash('sha256').update(photoBytes).digest('hex'));
      const { orientation, icc, exif, xmp, iptc, space } = await sharp(photoBytes).metadata();
      expect({ orientation, icc: (icc?.length ?? 0) > 0, xmp, iptc, space }).to.deep.equal({
        ...{ orientation: 6, icc: true, xmp: undefined, iptc: undefined, space: 'srgb' },
      });
      expect(exif?.includes('Camera') || exif?.includes('GPS') || photoBytes.includes('Camera')).to.equal(false);
    });

    for (const format of ['png', 'webp', 'avif'] as const) {
      it(`stand upright where browsers know of no orientation: ${format}`, async () => {
        const { width, height, photo: told, photoBytes } = await look(await photo(60, 40, format), 'photo');
        const { orientation, exif, ...made } = await sharp(photoBytes).metadata();
        expect([width, height, made.width, made.height]).to.deep.equal([40, 60, 40, 60]);
        expect([orientation ?? 1, photoBytes.includes('Camera')]).to.deep.equal([1, false]);
        expect(told?.type).to.equal(format === 'avif' ? 'image/jpeg' : `image/${format}`);
      });
    }

    for (const format of ['gif', 'webp'] as const) {
      it(`go on moving where they did: ${format}`, async () => {
        const { width, height, photo: told, photoBytes, thumbBytes } = await look(await animation(format), 'photo');
        const { pages, delay, loop } = await sharp(photoBytes, { animated: true }).metadata();
        expect({ width, height, pages, delay, loop }).to.deep.equal({
          ...{ width: 16, height: 8, pages: 3, delay: [100, 200, 300], loop: 2 },
        });
        expect(told?.type).to.equal(`image/${format}`);
        expect((await sharp(thumbBytes).metadata()).pages ?? 1).to.equal(1);
      });
    }

    it('are shown small, upright, and by some bytes before that', async () => {
      const { thumb, thumbBytes, thumbhash, photo: told } = await look(await photo(1_000, 500), 'thumbnail');
      const { width, height, exif, format } = await sharp(thumbBytes).metadata();
      expect([width, height, exif, format, thumb?.type]).to.deep.equal([160, 320, undefined, 'webp', 'image/webp']);
      expect(thumbHashToApproximateAspectRatio(thumbhash as Uint8Array)).to.be.within(0.4, 0.6);
      expect(told).to.equal(undefined);
      expect(await look(await photo(20, 10), 'thumbnail')).to.include({ width: 10, height: 20 });
    });

    it('have 50 megapixels at most, which is seen before they are decoded', async () => {
      const bomb = await sharp({ create: { width: 10_001, height: 5_000, channels: 3, background: 'red' } })
        .png()
        .toBuffer();
      const { code, message } = await failureOf(() => look(bomb, 'photo'));
      expect([code, message]).to.deep.equal(['invalid', 'has more than 50 megapixels']);
    });

    it('are images, whole ones, and nothing that others draw', async () => {
      const svg = Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
      );
      const half = (await noise(400, 400)).subarray(0, 5_000);
      for (const bytes of [svg, half, Buffer.from('text'), Buffer.alloc(0), wav(0.1)]) {
        expect((await failureOf(() => look(bytes, 'photo'))).code).to.equal('invalid');
      }
    });
  });

  describe('sounds', () => {
    it('have their length, and how loud they are as hundred values at most', async () => {
      const { durationMs, waveform = [], ...rest } = await look(wav(3), 'sound');
      expect(durationMs).to.equal(3_000);
      expect([...waveform])
        .to.have.length(30)
        .and.deep.equal([...waveform].sort((a, b) => a - b));
      expect(waveform[0]).to.be.at.most(1);
      expect(waveform[29]).to.equal(31);
      expect(rest).to.not.have.any.keys('width', 'thumb', 'photo', 'thumbhash');
      expect((await look(wav(20), 'sound')).waveform).to.have.length(100);
    });

    it('of an hour are listened to here and there', async () => {
      const { durationMs, waveform = [] } = await look(wav(3_600, 800), 'sound');
      expect(durationMs).to.equal(3_600_000);
      expect([...waveform])
        .to.have.length(100)
        .and.deep.equal([...waveform].sort((a, b) => a - b));
    });

    for (const [what, make] of [
      ['Ogg', async () => voice()],
      ['WebM', () => recorded('webm')],
      ['MP4', () => recorded('mp4')],
    ] as const) {
      it(`are voices as browsers record them: Opus in ${what}`, async () => {
        const { durationMs, waveform = new Uint8Array() } = await look(await make(), 'sound');
        expect(durationMs).to.be.within(1_950, 2_100);
        // Tones of a quarter of a second, and as much of silence: louder and louder.
        const mean = (from: number) => ((waveform[from] ?? 0) + (waveform[from + 1] ?? 0)) / 2;
        const [first, second, third, fourth] = [0, 5, 10, 15].map(mean) as [number, number, number, number];
        expect(first).to.be.below(second);
        expect(second).to.be.below(third);
        expect(third).to.be.below(fourth);
        for (const at of [4, 9, 14, 19]) expect(waveform[at]).to.be.below(fourth / 3);
      });
    }

    it('without a decoder have their length alone, and what is none is refused', async () => {
      expect((await failureOf(() => look(Buffer.from('no sound at all'), 'sound'))).code).to.equal('invalid');
      expect((await failureOf(() => look(voice().subarray(0, 20), 'sound'))).code).to.equal('invalid');
    });
  });

  describe('videos', () => {
    for (const format of ['webm', 'mp4'] as const) {
      it(`have their size and length: ${format}`, async () => {
        const { durationMs, width, height } = await look(await video(format), 'video');
        expect({ durationMs, width, height }).to.deep.equal({ durationMs: 2_000, width: 640, height: 360 });
      });
    }
  });

  describe('those that are too much', () => {
    it('for the time that there is are refused, and the next is looked at by another process', async () => {
      const hasty = mediaInspector(memoryLog(), { timeMs: 300 });
      try {
        const slow = await noise(4_000, 3_000);
        const { code, message } = await failureOf(() => hasty.inspect(fileOf(slow), 'photo', async found => found));
        expect([code, message]).to.deep.equal(['invalid', 'this cannot be read: it takes too long']);
        expect(await hasty.inspect(fileOf(wav(0.5)), 'sound', async ({ durationMs }) => durationMs)).to.equal(500);
      } finally {
        await hasty.close();
      }
    });

    it('for the memory that there is are refused, and the next is looked at', async () => {
      const narrow = mediaInspector(memoryLog(), { memoryBytes: 120 * 2 ** 20 });
      try {
        const large = await photo(6_000, 5_000, 'png');
        const { code, message } = await failureOf(() => narrow.inspect(fileOf(large), 'photo', async found => found));
        expect(code).to.equal('invalid');
        expect(message).to.match(/memory|ended|cannot be read/);
        expect(await narrow.inspect(fileOf(wav(0.5)), 'sound', async ({ durationMs }) => durationMs)).to.equal(500);
      } finally {
        await narrow.close();
      }
    });

    it('at once wait for their turn, and are told to come again where too many do', async () => {
      const busy = mediaInspector(memoryLog(), { maxWaiting: 2 });
      try {
        const all = await Promise.allSettled(
          Array.from({ length: 5 }, () =>
            busy.inspect(fileOf(wav(0.1)), 'sound', async ({ durationMs }) => durationMs),
          ),
        );
        const codes = all.map(each => (each.status === 'fulfilled' ? each.value : each.reason.code));
        expect(codes.sort()).to.deep.equal([100, 100, 100, 'unavailable', 'unavailable']);
      } finally {
        await busy.close();
      }
    });

    it('and files that cannot be read, because the store is away, fail as the store does', async () => {
      const away: InspectedFile = {
        size: 100,
        // biome-ignore lint/correctness/useYield: there is nothing to read
        async *read() {
          throw new Error('the store is away');
        },
      };
      for (const as of ['photo', 'sound'] as const) {
        const error = await inspector
          .inspect(away, as, async found => found)
          .then(
            () => undefined,
            reason => reason,
          );
        expect(error).to.have.property('message', 'the store is away');
      }
    });
  });
});
