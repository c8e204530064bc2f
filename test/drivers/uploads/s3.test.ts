/** Uploads in a bucket of a real S3 server, which may be away. */
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { s3Client } from '#runtime/drivers/blobs/s3-client.js';
import { parseS3Url, type S3Place } from '#runtime/drivers/blobs/s3-url.js';
import { s3Uploads } from '#runtime/drivers/tus/s3.js';
import type { UploadStore } from '#runtime/drivers/tus/uploads.js';
import { failureOf } from '../../support/failure.js';
import { type HttpProxy, httpProxy } from '../../support/http-proxy.js';
import { needSwift, type Swift, startSwift } from '../../support/swift.js';
import { uploadsContract } from './contract.js';
import { bodyOf, clientOf, newName, sha256 } from './stage.js';

const MIB = 1024 * 1024;

describe('uploads in S3', function () {
  this.timeout(60_000);
  let swift: Swift;
  let place: S3Place;
  let client: S3Client;
  let store: UploadStore;

  before(async function () {
    needSwift.call(this);
    swift = await startSwift();
    place = parseS3Url(`${await swift.bucket('media')}/some/where`);
    client = s3Client(place);
    store = s3Uploads(place, 3_600_000);
  });
  after(async () => {
    client?.destroy();
    await swift?.kill();
  });

  uploadsContract(() => store, { atOnce: false });

  it('lie beside the blobs, in parts, and leave nothing when they are taken away', async () => {
    const { uploads, create, patch } = clientOf(store, undefined, undefined, 100 * MIB);
    const name = newName();
    const piece = 'x'.repeat(3 * MIB);
    await create(name, { 'upload-length': 4 * piece.length });
    for (let n = 0; n < 3; n++) await patch(name, n * piece.length, bodyOf(piece));
    const { whole } = await patch(name, 3 * piece.length, bodyOf(piece));
    expect(whole).to.deep.equal({ size: 4 * piece.length });
    expect((await uploads.look(name, 1)).sha256).to.equal(sha256(piece.repeat(4)));
    const Key = `some/where/uploads/${name}`;
    const { ContentLength } = await client.send(new GetObjectCommand({ Bucket: 'media', Key }));
    expect(ContentLength).to.equal(4 * piece.length);
    await uploads.remove(name);
    const left = await client.send(new ListObjectsV2Command({ Bucket: 'media', Prefix: Key }));
    expect(left.KeyCount).to.equal(0);

    const half = newName();
    await create(half, { 'upload-length': 4 * piece.length });
    await patch(half, 0, bodyOf(piece + piece));
    await uploads.remove(half);
    const open = await client.send(new ListMultipartUploadsCommand({ Bucket: 'media' }));
    expect((open.Uploads ?? []).filter(each => each.Key?.endsWith(half))).to.deep.equal([]);
  });

  describe('of a server that answers some requests with 500', () => {
    let proxy: HttpProxy;
    let shaky: ReturnType<typeof clientOf>;
    before(async () => {
      proxy = await httpProxy({ host: '127.0.0.1', port: swift.port });
      shaky = clientOf(s3Uploads(parseS3Url(swift.url('media', proxy.port)), 3_600_000));
    });
    afterEach(() => proxy.mend());
    after(() => proxy.close());

    it('become whole later where only the last step failed, carried out or not', async () => {
      for (const after of [false, true]) {
        const name = newName();
        await shaky.create(name, { 'upload-length': 3 });
        proxy.refuse({ status: 500, after, hits: ({ method }) => method === 'POST' });
        expect((await failureOf(() => shaky.patch(name, 0, bodyOf('abc')))).code).to.equal('unavailable');
        expect((await shaky.uploads.find(name))?.offset).to.equal(3);
        if (!after) expect((await failureOf(() => shaky.uploads.look(name, 1))).code).to.equal('unavailable');
        proxy.mend();
        expect((await shaky.head(name)).whole).to.deep.equal({ size: 3 });
        const { sha256: hash, head } = await shaky.uploads.look(name, 9);
        expect([hash, Buffer.from(head).toString()]).to.deep.equal([sha256('abc'), 'abc']);
      }
    });

    it('are not said to be gone, unless they are', async () => {
      const name = newName();
      await shaky.create(name, { 'upload-length': 3 });
      proxy.refuse({ status: 500, hits: ({ method }) => method === 'GET' });
      for (const ask of [
        () => shaky.head(name),
        () => shaky.uploads.find(name),
        () => shaky.patch(name, 0, bodyOf('a')),
      ])
        expect((await failureOf(ask)).code).to.equal('unavailable');
      proxy.refuse({ status: 403 });
      expect((await failureOf(() => shaky.head(newName()))).code).to.equal('unavailable');
      proxy.mend();
      expect((await failureOf(() => shaky.head(newName()))).code).to.equal('not_found');
      expect(await shaky.uploads.find(newName())).to.equal(undefined);
    });
  });

  it('are not said to be gone while the server is', async () => {
    const name = newName();
    await clientOf(store).create(name, { 'upload-length': 3 });
    const far = clientOf(s3Uploads(parseS3Url('http://key:secret@127.0.0.1:9/media'), 1));
    for (const ask of [
      () => far.head(name),
      () => far.uploads.find(name),
      () => far.patch(name, 0, bodyOf('abc')),
      () => far.create(newName(), { 'upload-length': 3 }),
      () => far.uploads.remove(name),
      () => far.uploads.list(undefined, 1),
    ])
      expect((await failureOf(ask)).code).to.equal('unavailable');
  });
});
