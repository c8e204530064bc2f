/** Blobs in files, and what a disk may do to them. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fileBlobs } from '#runtime/drivers/blobs/file.js';
import { failureOf } from '../../support/failure.js';
import { blobsContract, inPieces, named, taken } from './contract.js';

describe('blobs in files', () => {
  let folder: string;
  const unfinished = () => readdir(join(folder, 'unfinished')).catch(() => []);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'blobs-'));
    await mkdir(join(folder, 'uploads'));
  });
  after(() => rm(folder, { recursive: true }));

  const upload = (name: string, bytes: Uint8Array) => writeFile(join(folder, 'uploads', name), bytes);
  blobsContract(() => ({ blobs: fileBlobs(folder), upload, unfinished }));

  it('is for the eyes of its own user', async () => {
    const own = join(folder, 'own');
    const bytes = randomBytes(10);
    await fileBlobs(own).put(named(bytes), 10, inPieces(bytes));
    expect((await stat(own)).mode & 0o777).to.equal(0o700);
  });

  it('takes away what a process that was killed has left, and not what another one is at', async () => {
    const blobs = fileBlobs(folder);
    const bytes = randomBytes(1_000);
    const [left, going] = [named(bytes), named(bytes)];
    await writeFile(join(folder, 'unfinished', left), bytes);
    const begun = (await stat(join(folder, 'unfinished', left))).ctimeMs;
    await blobs.discard(begun);
    expect(await unfinished()).to.deep.equal([left]);

    let goOn = (): void => {};
    const heard = new Promise<void>(resolve => {
      goOn = resolve;
    });
    async function* slowly() {
      yield bytes.subarray(0, 500);
      await heard;
      yield bytes.subarray(500);
    }
    const put = blobs.put(going, 1_000, slowly());
    await blobs.discard(begun + 1);
    goOn();
    await put;
    expect(await unfinished()).to.deep.equal([]);
    expect((await taken(blobs.read(going, 0, 1_000))).equals(bytes)).to.equal(true);
  });

  it('says that the disk cannot be used, to callers and in readiness, until it can', async () => {
    const place = join(folder, 'refused');
    await writeFile(place, 'a file where a folder is to be');
    const blobs = fileBlobs(place);
    const bytes = randomBytes(10);
    const failure = await failureOf(() => blobs.put(named(bytes), 10, inPieces(bytes)));
    expect(failure.code).to.equal('unavailable');
    expect(blobs.state()).to.have.property('degraded').that.includes('ENOTDIR');
    await rm(place);
    await blobs.put(named(bytes), 10, inPieces(bytes));
    expect(blobs.state()).to.equal('up');
  });

  it('knows when it was stored, whatever an upload says of its own age', async () => {
    const bytes = randomBytes(10);
    await upload('old', bytes);
    await utimes(join(folder, 'uploads', 'old'), 0, 0);
    const blobs = fileBlobs(folder);
    const name = named(bytes);
    await blobs.put(name, 10, { upload: 'old' });
    const [found] = (await blobs.list(undefined, 1_000)).filter(each => each.name === name);
    expect(found?.storedAt).to.be.greaterThan(Date.now() - 60_000);
  });
});
