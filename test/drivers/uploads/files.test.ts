/** Uploads in a folder. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fileUploads } from '#runtime/drivers/tus/files.js';
import { parseMetadata, writeMetadata } from '#runtime/drivers/tus/metadata.js';
import type { UploadStore } from '#runtime/drivers/tus/uploads.js';
import { failureOf } from '../../support/failure.js';
import { uploadsContract } from './contract.js';
import { bodyOf, clientOf, newName } from './stage.js';

describe('uploads in a folder', () => {
  let folder: string;
  let store: UploadStore;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'uploads-test-'));
    store = await fileUploads(join(folder, 'uploads'), 3_600_000);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  uploadsContract(() => store);

  it('cannot be where no folder can be made', async () => {
    await writeFile(join(folder, 'file'), '');
    const err = await fileUploads(join(folder, 'file', 'uploads'), 1).catch(thrown => thrown);
    expect(err).to.have.property('code', 'ENOTDIR');
  });

  it('has one that lost its file no more, and leaves nothing of one that is taken away', async () => {
    const client = clientOf(store);
    const name = newName();
    await client.create(name, { 'upload-length': 3 });
    await rm(join(folder, 'uploads', name));
    expect(await client.uploads.find(name)).to.equal(undefined);
    expect((await client.head(name)).response.status).to.equal(410);
    await client.uploads.remove(name);
    expect((await readdir(join(folder, 'uploads'))).filter(file => file.startsWith(name))).to.deep.equal([]);
  });

  it('says that it cannot store right now when a file cannot be written', async () => {
    const client = clientOf(store);
    const name = newName();
    await client.create(name, { 'upload-length': 3 });
    await rm(join(folder, 'uploads', name));
    await mkdir(join(folder, 'uploads', name));
    const failure = await failureOf(() => client.patch(name, 0, bodyOf('abc')));
    expect(failure.code).to.be.oneOf(['unavailable', 'not_found']);
  });
});

describe('the metadata of an upload', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it('is read as it was written', () => {
    const said = { filename: 'Wände, 2 € 🌍.txt', empty: '', kind: 'file' };
    expect(parseMetadata(writeMetadata(said))).to.deep.equal(said);
    expect(parseMetadata(undefined)).to.deep.equal({});
    expect(parseMetadata(`a ${base64('b')}, c`)).to.deep.equal({ a: 'b', c: '' });
  });

  for (const [header, path] of [
    ['filename a', '/filename'],
    ['filename YQ== YQ==', '/filename'],
    [`filename ${base64('a')},filename ${base64('b')}`, '/filename'],
    ['kind /w==', '/kind'],
    ['ключ YQ==', '/Upload-Metadata'],
    [',', '/Upload-Metadata'],
    ['__proto__ !', '/__proto__'],
  ] as const) {
    it(`is refused by its name: ${header}`, async () => {
      const { code, errors } = await failureOf(async () => parseMetadata(header));
      expect([code, errors?.[0]?.path]).to.deep.equal(['invalid', path]);
    });
  }
});
