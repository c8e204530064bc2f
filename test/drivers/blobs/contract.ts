/** What every store of blobs promises. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type BlobStore, blobName } from '#runtime/contract/ports.js';
import { failureOf } from '../../support/failure.js';

export interface TestedBlobs {
  readonly blobs: BlobStore;
  /** As whoever takes uploads leaves one. */
  upload(name: string, bytes: Uint8Array): Promise<void>;
  /** What is left of puts that never ended. */
  unfinished(): Promise<readonly string[]>;
}

export const MB = 1024 * 1024;

export const named = (bytes: Uint8Array): string =>
  blobName(createHash('sha256').update(bytes).digest('hex'), randomUUID());

export async function* inPieces(bytes: Uint8Array, size = 300_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function taken(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

async function thrownBy(work: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (thrown) {
    return thrown as Error;
  }
}

export function blobsContract(the: () => TestedBlobs): void {
  const keep = async (bytes: Uint8Array): Promise<string> => {
    const name = named(bytes);
    await the().blobs.put(name, bytes.length, inPieces(bytes));
    return name;
  };
  const all = (name: string, size: number) => taken(the().blobs.read(name, 0, size));

  for (const size of [0, 1, 12 * MB + 7]) {
    it(`gives back ${size} bytes, all of them or any stretch`, async () => {
      const bytes = randomBytes(size);
      const name = await keep(bytes);
      expect(await the().blobs.size(name)).to.equal(size);
      expect((await all(name, size)).equals(bytes)).to.equal(true);
      for (const [start, end] of [
        [0, 1],
        [size - 1, size],
        [Math.floor(size / 3), Math.floor(size / 2)],
      ] as const) {
        if (start < 0 || end > size) continue;
        const part = await taken(the().blobs.read(name, start, end));
        expect(part.equals(bytes.subarray(start, end)), `${start} to ${end}`).to.equal(true);
      }
    });
  }

  it('takes an upload that lies beside, and leaves it there', async () => {
    const bytes = randomBytes(9 * MB);
    const [name, again, upload] = [named(bytes), named(bytes), randomUUID()];
    await the().upload(upload, bytes);
    for (const each of [name, again]) {
      await the().blobs.put(each, bytes.length, { upload });
      expect((await all(each, bytes.length)).equals(bytes)).to.equal(true);
    }
  });

  it('keeps equal bytes under different names apart', async () => {
    const bytes = randomBytes(1_000);
    const [one, other] = [await keep(bytes), await keep(bytes)];
    await the().blobs.remove(one);
    expect(await the().blobs.size(one)).to.equal(undefined);
    expect((await all(other, 1_000)).equals(bytes)).to.equal(true);
  });

  it('puts what is there already once more without harm, and removes what is not there', async () => {
    const bytes = randomBytes(1_000);
    const name = await keep(bytes);
    await the().blobs.put(name, bytes.length, inPieces(bytes));
    expect((await all(name, 1_000)).equals(bytes)).to.equal(true);
    for (const _ of [1, 2]) await the().blobs.remove(name);
    expect(await the().blobs.size(name)).to.equal(undefined);
  });

  it('has nothing under a name whose bytes did not come whole, or are others, and leaves nothing behind', async () => {
    const bytes = randomBytes(10 * MB);
    async function* brokenOff() {
      yield bytes.subarray(0, 9 * MB);
      throw new Error('the client is gone');
    }
    const others = Buffer.from(bytes);
    others[0] = (others[0] ?? 0) ^ 1;
    const name = named(bytes);
    const upload = randomUUID();
    await the().upload(upload, bytes.subarray(1));
    for (const [source, why] of [
      [brokenOff(), 'the client is gone'],
      [inPieces(bytes.subarray(1)), 'is to have'],
      [inPieces(Buffer.concat([bytes, bytes])), 'is to have'],
      [inPieces(others), 'not the bytes'],
      [{ upload }, 'is to have'],
    ] as const) {
      const thrown = await thrownBy(() => the().blobs.put(name, bytes.length, source));
      expect(thrown?.message).to.include(why);
      expect(await the().blobs.size(name)).to.equal(undefined);
    }
    expect(await the().unfinished()).to.deep.equal([]);
  });

  it('says what is not there', async () => {
    const name = named(randomBytes(10));
    for (const end of [0, 10]) {
      const failure = await failureOf(() => taken(the().blobs.read(name, 0, end)));
      expect(failure.code).to.equal('not_found');
    }
    const failure = await failureOf(() => the().blobs.put(name, 10, { upload: randomUUID() }));
    expect(failure.code).to.equal('not_found');
  });

  it('lets go of what nobody reads to its end', async () => {
    const name = await keep(randomBytes(12 * MB));
    for (let n = 0; n < 20; n += 1) {
      for await (const chunk of the().blobs.read(name, 0, 12 * MB)) {
        expect(chunk.length).to.be.within(1, MB);
        break;
      }
    }
    expect(await the().blobs.size(name)).to.equal(12 * MB);
  });

  it('lists all that there is, in order, page by page', async () => {
    const names = await Promise.all(Array.from({ length: 12 }, (_, n) => keep(randomBytes(n))));
    const before = Date.now();
    const found: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await the().blobs.list(after, 5);
      for (const { name, size, storedAt } of page) {
        if (names.includes(name)) expect(size).to.equal(names.indexOf(name));
        expect(storedAt).to.be.within(before - 60_000, before + 5_000);
      }
      found.push(...page.map(({ name }) => name));
      if (page.length < 5) break;
      after = page.at(-1)?.name;
    }
    expect(found).to.deep.equal([...new Set(found)].sort());
    expect(found).to.include.members(names);
    expect(await the().blobs.list(found.at(-1), 5)).to.deep.equal([]);
  });

  it('takes no name that could lead elsewhere', async () => {
    const { blobs } = the();
    for (const name of ['', '..', '../x', 'a'.repeat(64), `${'a'.repeat(64)}-../../x`]) {
      const works = [() => blobs.size(name), () => blobs.remove(name), () => taken(blobs.read(name, 0, 1))];
      for (const work of works) expect((await thrownBy(work))?.message).to.equal('not the name of a blob');
    }
    const name = named(new Uint8Array(1));
    const thrown = await thrownBy(() => blobs.put(name, 1, { upload: '../etc' }));
    expect(thrown?.message).to.equal('not the name of an upload');
  });
}
