/** Blobs in a bucket of a real S3 server, which may be away, slow, or refuse us. */
import { randomBytes } from 'node:crypto';
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { s3Blobs } from '#runtime/drivers/blobs/s3.js';
import { s3Client } from '#runtime/drivers/blobs/s3-client.js';
import { parseS3Url } from '#runtime/drivers/blobs/s3-url.js';
import { failureOf } from '../../support/failure.js';
import { needSwift, type Swift, startSwift } from '../../support/swift.js';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.js';
import { blobsContract, inPieces, MB, named, type TestedBlobs, taken } from './contract.js';

describe('blobs in S3', function () {
  this.timeout(60_000);
  let swift: Swift;
  let place: ReturnType<typeof parseS3Url>;
  let client: S3Client;
  let blobs: ReturnType<typeof s3Blobs>;

  before(async function () {
    needSwift.call(this);
    swift = await startSwift();
    place = parseS3Url(`${await swift.bucket('media')}/some/where`);
    client = s3Client(place);
    blobs = s3Blobs(place);
  });
  after(async () => {
    client?.destroy();
    await blobs?.close();
    await swift?.kill();
  });

  const tested: TestedBlobs = {
    get blobs() {
      return blobs;
    },
    async upload(name, Body) {
      await client.send(new PutObjectCommand({ Bucket: 'media', Key: `some/where/uploads/${name}`, Body }));
    },
    async unfinished() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'media' }));
      return Uploads.map(({ Key = '' }) => Key);
    },
  };
  blobsContract(() => tested);

  it('ends what puts in parts have left that were begun before', async () => {
    const Key = `some/where/blobs/${named(new Uint8Array(1))}`;
    await client.send(new CreateMultipartUploadCommand({ Bucket: 'media', Key }));
    await blobs.discard(Date.now() - 60_000);
    expect(await tested.unfinished()).to.deep.equal([Key]);
    await blobs.discard(Date.now() + 60_000);
    expect(await tested.unfinished()).to.deep.equal([]);
  });

  describe('over a line that breaks', () => {
    let line: TcpProxy;
    let far: ReturnType<typeof s3Blobs>;
    beforeEach(async () => {
      line = await tcpProxy({ host: '127.0.0.1', port: swift.port });
      far = s3Blobs(parseS3Url(`${swift.url('media', line.port)}/some/where`));
    });
    afterEach(async () => {
      await far.close();
      await line.close();
    });

    it('goes on reading where it was when the connection is cut', async () => {
      const bytes = randomBytes(20 * MB);
      const name = named(bytes);
      await blobs.put(name, bytes.length, inPieces(bytes));
      const read: Uint8Array[] = [];
      let cuts = 0;
      let came = 0;
      for await (const chunk of far.read(name, 0, bytes.length)) {
        read.push(chunk);
        came += chunk.length;
        if (came > (cuts + 1) * 4 * MB && cuts < 3) {
          cuts += 1;
          line.cut();
          line.mend();
        }
      }
      expect(cuts).to.equal(3);
      expect(Buffer.concat(read).equals(bytes)).to.equal(true);
    });

    it('says that it is away, to callers and in readiness, and is there again', async () => {
      const bytes = randomBytes(10);
      const name = named(bytes);
      line.cut();
      for (const work of [
        () => far.put(name, 10, inPieces(bytes)),
        () => far.size(name),
        () => far.remove(name),
        () => far.list(undefined, 10),
        () => taken(far.read(name, 0, 10)),
      ]) {
        const failure = await failureOf(work);
        expect(failure.code).to.equal('unavailable');
        expect(failure.retryAfterMs).to.equal(1_000);
      }
      expect(far.state()).to.have.property('degraded').that.includes('S3_URL');
      line.mend();
      await far.put(name, 10, inPieces(bytes));
      expect(far.state()).to.equal('up');
    });
  });

  it('is unavailable to who has the wrong key, or names a bucket that there is not', async () => {
    for (const url of [swift.url('media').replace(':testing@', ':wrong@'), swift.url('nothing')]) {
      const other = s3Blobs(parseS3Url(url));
      const bytes = randomBytes(10);
      const failure = await failureOf(() => other.put(named(bytes), 10, inPieces(bytes)));
      expect(failure.code, url).to.equal('unavailable');
      expect(other.state()).to.have.property('degraded').that.does.not.include('wrong');
      await other.close();
    }
  });
});
