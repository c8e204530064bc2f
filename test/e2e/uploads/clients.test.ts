/** Uploads of every kind of client, in one process that needs no server: by tus-js-client as it is, Uppy as it is, and curl. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { Upload, type UploadOptions } from 'tus-js-client';
import { openBrowser } from '../../support/chromium.js';
import { type Deployment, embedded } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import { photo } from '../../support/media-samples.js';
import { type Person, signUp } from '../../support/people.js';
import { showOnFailure } from '../../support/report.js';
import { ask, begin, filesOf, keptAs, metadata, patch, run, sha256, someBytes, TYPE } from './stage.js';
import { sendByTus } from './tus.js';
import { uppyBundle } from './uppy.js';

const MIB = 1024 * 1024;
const DISK = 24 * MIB;
const MOST = 40 * MIB;
const QUOTA = 64 * MIB;

describe('uploads', function () {
  this.timeout(60_000);
  let deployment: Deployment;
  let folder: string;
  /** A disk of its own, that can be full. */
  let isDisk = false;
  let ann: Person;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'media-'));
    isDisk = await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder]).then(
      () => true,
      () => false,
    );
    deployment = await embedded({
      MEDIA_DIR: folder,
      MEDIA_MAX_BYTES: String(MOST),
      MEDIA_QUOTA_BYTES: String(QUOTA),
      MEDIA_REFUSED_TYPES: 'application/zip, video/*',
    });
  });
  showOnFailure(() => deployment);
  beforeEach(async () => {
    ann = await signUp(deployment.gateways[0], 'Ann');
  });
  afterEach(async () => {
    for (const file of await filesOf(join(folder, 'uploads'))) await rm(file);
  });
  after(async () => {
    await deployment?.stop();
    if (isDisk) await run('umount', [folder]);
    await rm(folder, { recursive: true, force: true });
  });

  const endpoint = () => `${ann.gateway}/v1/uploads`;

  describe('by tus-js-client', () => {
    const send = (bytes: Buffer | Readable, options?: Partial<UploadOptions>, stopAfter?: number) =>
      sendByTus(ann, bytes, options, stopAfter);

    it('comes whole in one request after its creation', async () => {
      const bytes = someBytes(3 * MIB);
      const { error, seen, url, mediaIds } = await send(bytes);
      expect(error).to.equal(undefined);
      expect(seen).to.deep.equal(['POST 201', 'PATCH 204']);
      expect([...mediaIds]).to.deep.equal([url?.split('/').at(-1)]);
      expect(await keptAs(folder, sha256(bytes))).to.deep.equal(bytes);
      expect(await filesOf(join(folder, 'uploads')), 'nothing of the upload stays').to.deep.equal([]);
    });

    it('is made and finished by one request that brings its bytes, and not finished again', async () => {
      const bytes = someBytes(100_000);
      const { error, seen, mediaIds } = await send(bytes, { uploadDataDuringCreation: true });
      expect(error).to.equal(undefined);
      expect(seen).to.deep.equal(['POST 201']);
      expect(mediaIds.size).to.equal(1);
      expect(await keptAs(folder, sha256(bytes))).to.deep.equal(bytes);
    });

    it('goes on where it was after it was broken off', async () => {
      const bytes = someBytes(MIB);
      const first = await send(bytes, { chunkSize: 300_000 }, 300_000);
      expect(first.error?.message).to.equal('stopped');
      const { error, seen } = await send(bytes, { chunkSize: 500_000, uploadUrl: first.url });
      expect(error).to.equal(undefined);
      expect(seen[0]).to.equal('HEAD 200');
      expect(seen.filter(each => each === 'PATCH 204')).to.have.length(2);
      expect(await keptAs(folder, sha256(bytes))).to.deep.equal(bytes);
    });

    it('comes from a stream whose length nobody knows', async () => {
      const bytes = someBytes(700_000);
      const { error, seen } = await send(Readable.from([bytes]), { uploadLengthDeferred: true, chunkSize: 200_000 });
      expect(error).to.equal(undefined);
      expect(seen[0]).to.equal('POST 201');
      expect(await keptAs(folder, sha256(bytes))).to.deep.equal(bytes);
    });

    it('in parts is refused, with few requests', async () => {
      const { error, seen } = await send(someBytes(90_000), { parallelUploads: 3 });
      expect(String(error)).to.include('400');
      expect(seen.filter(each => each !== 'POST 400')).to.deep.equal([]);
      expect(seen.length).to.be.at.most(3);
    });

    it('is the same upload under the same clientId', async () => {
      const said = { kind: 'file', clientId: 'draft-3' };
      const bytes = someBytes(50_000);
      const first = await send(bytes, { metadata: said });
      const second = await send(bytes, { metadata: said });
      expect(second.error).to.equal(undefined);
      expect(second.url).to.equal(first.url);
      expect([...second.mediaIds]).to.deep.equal([...first.mediaIds]);
    });

    it('that was taken back can be begun anew', async () => {
      const bytes = someBytes(50_000);
      const first = await send(bytes, { metadata: { clientId: 'draft-4' } });
      await Upload.terminate(first.url ?? '', {
        headers: { authorization: `Bearer ${ann.accessToken}` },
        retryDelays: null,
      });
      const { error, seen, url } = await send(bytes, { uploadUrl: first.url, metadata: { clientId: 'draft-4' } });
      expect(error).to.equal(undefined);
      expect(seen).to.deep.equal(['HEAD 410', 'POST 201', 'PATCH 204']);
      expect(url).not.to.equal(first.url);
    });

    it('that is too large is told so once', async () => {
      const { error, seen } = await send(Buffer.alloc(MOST + 1));
      expect(String(error)).to.include('413');
      expect(seen).to.deep.equal(['POST 413']);
    });
  });

  describe('by Uppy, in a browser', () => {
    let browser: Browser | undefined;
    let code: string;
    before(async function () {
      browser = await openBrowser();
      if (!browser) return this.skip();
      code = await uppyBundle();
    });
    after(() => browser?.close());

    it('comes whole, and what is found again by its name and size and is no more is sent anew', async () => {
      const page = await (browser as Browser).newPage();
      const asked: string[] = [];
      page.on('response', response => {
        if (response.url().includes('/v1/uploads')) asked.push(`${response.request().method()} ${response.status()}`);
      });
      await page.route(`${ann.gateway}/blank`, route =>
        route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
      );
      await page.goto(`${ann.gateway}/blank`);
      await page.evaluate(code);
      const send = (letter: string) =>
        page.evaluate(`sendByUppy(${JSON.stringify([endpoint(), ann.accessToken, letter])})`) as Promise<{
          ok: number;
          url: string;
        }>;
      const first = await send('a');
      expect(first.ok).to.equal(1);
      expect(await keptAs(folder, sha256(Buffer.alloc(200_000, 'a')))).to.have.length(200_000);
      expect(asked).to.deep.equal(['POST 201', 'PATCH 204']);

      const path = new URL(first.url).pathname;
      expect((await ask(ann, 'DELETE', path)).status).to.equal(204);
      asked.length = 0;
      const second = await send('b');
      expect(second.ok).to.equal(1);
      expect(asked).to.deep.equal(['HEAD 410', 'POST 201', 'PATCH 204']);
      expect(await keptAs(folder, sha256(Buffer.alloc(200_000, 'b')))).to.have.length(200_000);
      await page.close();
    });
  });

  describe('by curl', () => {
    it('comes in two pieces, with their checksums', async () => {
      const bytes = someBytes(2 * MIB);
      const half = join(folder, 'half');
      const curl = async (...args: string[]) => {
        const common = ['-sS', '-i', '-H', `Authorization: Bearer ${ann.accessToken}`, '-H', 'Tus-Resumable: 1.0.0'];
        return (await run('curl', [...common, ...args])).stdout;
      };
      const made = await curl(
        '-X',
        'POST',
        '-H',
        `Upload-Length: ${bytes.length}`,
        '-H',
        'Upload-Metadata: kind ZmlsZQ==',
        endpoint(),
      );
      const location = /^location: (\S+)/im.exec(made)?.[1] ?? '';
      for (const [offset, part] of [
        [0, bytes.subarray(0, MIB)],
        [MIB, bytes.subarray(MIB)],
      ] as const) {
        await writeFile(half, part);
        const checksum = `Upload-Checksum: sha256 ${Buffer.from(sha256(part), 'hex').toString('base64')}`;
        const headers = ['-H', `Upload-Offset: ${offset}`, '-H', `Content-Type: ${TYPE}`, '-H', checksum];
        const told = await curl('-X', 'PATCH', ...headers, '-T', half, new URL(location, ann.gateway).href);
        expect(told).to.match(/^HTTP\/1.1 204 /m);
        expect(told).to.match(new RegExp(`^upload-offset: ${offset + MIB}`, 'im'));
      }
      expect(await keptAs(folder, sha256(bytes))).to.deep.equal(bytes);
    });
  });

  it('say what they can, to anybody, and who they are of, to nobody else', async () => {
    const told = await fetch(endpoint(), { method: 'OPTIONS' });
    expect(told.status).to.equal(204);
    expect(told.headers.get('tus-extension')?.split(',')).to.include.members(['checksum', 'termination', 'expiration']);
    expect(told.headers.get('tus-max-size')).to.equal(String(MOST));
    const path = await begin(ann, 5);
    const ben = await signUp(deployment.gateways[0], 'Ben');
    for (const method of ['HEAD', 'DELETE']) expect((await ask(ben, method, path)).status).to.equal(404);
    expect((await patch(ben, path, 0, someBytes(5))).status).to.equal(404);
    const nobody = await ask({ gateway: ann.gateway, accessToken: 'x' }, 'HEAD', path);
    expect(nobody.status).to.equal(401);
    expect(nobody.headers.get('tus-resumable')).to.equal('1.0.0');
  });

  it('are answered in full once they are finished, however often, and go on from nowhere else', async () => {
    const path = await begin(ann, 5, { filename: 'a b.txt' });
    const done = await patch(ann, path, 0, Buffer.from('hello'));
    expect([done.status, done.headers.get('x-media-id')]).to.deep.equal([204, path.split('/').at(-1)]);
    for (const _ of [1, 2]) {
      const head = await ask(ann, 'HEAD', path);
      expect([head.status, head.headers.get('upload-offset'), head.headers.get('upload-length')]).to.deep.equal([
        200,
        '5',
        '5',
      ]);
      expect(head.headers.get('upload-metadata')).to.include(`filename ${Buffer.from('a b.txt').toString('base64')}`);
      expect((await patch(ann, path, 0, Buffer.from('HELLO'))).status).to.equal(409);
      expect((await patch(ann, path, 5, Buffer.from(''))).status).to.equal(204);
    }
    expect(await keptAs(folder, sha256(Buffer.from('HELLO')))).to.equal(undefined);
  });

  it('keep nothing of bytes that have another checksum than was said', async () => {
    const path = await begin(ann, 5);
    const wrong = `sha256 ${Buffer.from(sha256(Buffer.from('x')), 'hex').toString('base64')}`;
    expect((await patch(ann, path, 0, Buffer.from('hello'), { 'upload-checksum': wrong })).status).to.equal(460);
    expect((await ask(ann, 'HEAD', path)).headers.get('upload-offset')).to.equal('0');
    expect((await patch(ann, path, 0, Buffer.from('hello'))).status).to.equal(204);
  });

  it('are not more than their user has left', async () => {
    const path = await begin(ann, MOST);
    const told = await ask(ann, 'POST', '/v1/uploads', { 'upload-length': QUOTA - MOST + 1 });
    expect([told.status, told.body.code]).to.deep.equal([413, 'too_large']);
    expect((await ask(ann, 'POST', '/v1/uploads', { 'upload-defer-length': 1 })).status).to.equal(201);
    expect((await ask(ann, 'POST', '/v1/uploads', { 'upload-length': 1 })).status).to.equal(413);
    expect((await ask(ann, 'DELETE', path)).status).to.equal(204);
    expect((await ask(ann, 'POST', '/v1/uploads', { 'upload-length': 1 })).status).to.equal(201);
  });

  it('of photos have been looked at when their sender hears of their end, and what is none is refused', async () => {
    const bytes = await photo(640, 480);
    const path = await begin(ann, bytes.length, { kind: 'photo' });
    expect((await patch(ann, path, 0, bytes)).status).to.equal(204);
    const shown = await fetch(`${ann.gateway}/v1/media/${path.split('/').at(-1)}`, {
      headers: { authorization: `Bearer ${ann.accessToken}` },
    });
    expect([shown.status, shown.headers.get('content-type')]).to.deep.equal([200, 'image/jpeg']);
    const text = Buffer.from('no picture');
    const other = await begin(ann, text.length, { kind: 'photo' });
    const told = await patch(ann, other, 0, text);
    expect([told.status, told.body.code]).to.deep.equal([415, 'invalid']);
  });

  it('of two that begin at once under one name one is made', async () => {
    const said = { 'upload-length': 5, 'upload-metadata': metadata({ clientId: 'twice' }) };
    const told = await Promise.all(Array.from({ length: 8 }, () => ask(ann, 'POST', '/v1/uploads', said)));
    expect(new Set(told.map(({ status }) => status))).to.deep.equal(new Set([201]));
    expect(new Set(told.map(({ headers }) => headers.get('location'))).size).to.equal(1);
  });

  it('of a type that is not taken here leave nothing', async () => {
    const zip = Buffer.concat([Buffer.from('504b0304140000000000', 'hex'), someBytes(2_000)]);
    const path = await begin(ann, zip.length, { filename: 'a.txt', filetype: 'text/plain' });
    const told = await patch(ann, path, 0, zip);
    expect([told.status, told.body.code]).to.deep.equal([415, 'invalid']);
    expect(await filesOf(join(folder, 'uploads'))).to.deep.equal([]);
    expect(await keptAs(folder, sha256(zip))).to.equal(undefined);
    expect((await ask(ann, 'HEAD', path)).status).to.equal(410);
  });

  it('that do not fit on the disk are refused as what may pass, and go on when there is room', async function () {
    if (!isDisk) return this.skip();
    const bytes = someBytes(14 * MIB);
    const other = await begin(ann, 16 * MIB);
    expect((await patch(ann, other, 0, Buffer.alloc(14 * MIB))).status).to.equal(204);
    const path = await begin(ann, bytes.length);
    const told = await patch(ann, path, 0, bytes);
    expect([told.status, told.body.code]).to.deep.equal([503, 'unavailable']);
    expect(told.headers.get('retry-after')).to.equal('5');
    // An answer that comes before the end of its request may be the last of its connection, as the client learns by trying.
    const head = await eventually('it is asked again', () => ask(ann, 'HEAD', path).catch(() => undefined));
    const offset = Number(head.headers.get('upload-offset'));
    expect(offset).to.be.below(bytes.length);
    expect((await ask(ann, 'DELETE', other)).status).to.equal(204);
    expect((await patch(ann, path, offset, bytes.subarray(offset))).status).to.equal(204);
    expect(await keptAs(folder, sha256(bytes))).to.deep.equal(bytes);
  });

  it('of nonsense are refused by the field that is wrong, and end nothing', async () => {
    const path = await begin(ann, 10);
    const nonsense = [
      '',
      '-1',
      '1.5',
      '1e9',
      'NaN',
      '0x10',
      '9'.repeat(400),
      ' 1 2',
      '٣',
      '__proto__',
      'a'.repeat(8_000),
    ];
    for (const value of nonsense) {
      const coded = encodeURIComponent(value);
      for (const name of [
        'upload-length',
        'upload-offset',
        'upload-defer-length',
        'upload-metadata',
        'upload-checksum',
        'upload-concat',
      ]) {
        const made = await ask(ann, 'POST', '/v1/uploads', { 'upload-length': 10, [name]: coded });
        expect(made.status, `POST ${name} ${value}`).to.be.oneOf([201, 400, 413]);
        const gone = await patch(ann, path, 0, Buffer.alloc(0), { [name]: coded });
        expect(gone.status, `PATCH ${name} ${value}`).to.be.oneOf([204, 400, 409, 413]);
      }
    }
    const bad = await ask(ann, 'POST', '/v1/uploads', {
      'upload-length': 1,
      'upload-metadata': metadata({ kind: 'gif' }),
    });
    expect([bad.status, bad.body.errors?.[0]?.path]).to.deep.equal([400, '/kind']);
    expect((await ask(ann, 'HEAD', path)).headers.get('upload-offset')).to.equal('0');
  });
});
