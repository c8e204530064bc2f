/** Files from who sends them to who may see them, and what is left when they may not any more: in one process, over HTTP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fileBlobs } from '#runtime/drivers/blobs/file.js';
import { s3Blobs } from '#runtime/drivers/blobs/s3.js';
import { parseS3Url } from '#runtime/drivers/blobs/s3-url.js';
import { type Deployment, embedded } from '../../support/deployment.js';
import { group, type Person, signUp } from '../../support/people.js';
import { showOnFailure } from '../../support/report.js';
import type { Chat } from '../../support/shapes.js';
import { needSwift, startSwift } from '../../support/swift.js';
import { begin, patch, someBytes } from '../uploads/stage.js';

const HTML = Buffer.from('<!doctype html><script>alert(1)</script>');

/** Where bytes are kept: what a process is told of it, and how many blobs it has. */
interface Place {
  readonly env: Record<string, string>;
  count(): Promise<number>;
  close(): Promise<void>;
}

async function folder(): Promise<Place> {
  const path = await mkdtemp(join(tmpdir(), 'media-'));
  return {
    env: { MEDIA_DIR: path },
    count: async () => (await fileBlobs(path).list(undefined, 1_000)).length,
    close: () => rm(path, { recursive: true, force: true }),
  };
}

async function bucket(): Promise<Place> {
  const swift = await startSwift();
  const url = await swift.bucket('media');
  const blobs = s3Blobs(parseS3Url(url));
  return {
    env: { S3_URL: url },
    count: async () => (await blobs.list(undefined, 1_000)).length,
    async close() {
      await blobs.close();
      await swift.kill();
    },
  };
}

for (const open of [folder, bucket]) {
  describe(`media in a ${open.name}`, function () {
    this.timeout(60_000);
    let deployment: Deployment;
    let place: Place;
    let ann: Person;
    let ben: Person;
    let eve: Person;
    let chat: Chat;

    before(async function () {
      if (open === bucket) needSwift.call(this);
      place = await open();
      deployment = await embedded(place.env);
      const [gateway] = deployment.gateways;
      [ann, ben, eve] = [await signUp(gateway, 'Ann'), await signUp(gateway, 'Ben'), await signUp(gateway, 'Eve')];
      chat = await group(ann, [ben]);
    });
    showOnFailure(() => deployment);
    after(async () => {
      await deployment?.stop();
      await place?.close();
    });

    async function upload(bytes: Buffer, said: Readonly<Record<string, string>> = {}): Promise<string> {
      const told = await patch(ann, await begin(ann, bytes.length, said), 0, bytes);
      expect(told.status).to.equal(204);
      return told.headers.get('x-media-id') ?? '';
    }

    async function post(mediaId: string): Promise<number> {
      const body = { clientId: mediaId, body: '', media: [mediaId] };
      const answer = await ann.call<{ seq: number }>('POST', `/v1/chats/${chat.id}/messages`, body);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
      return answer.body.seq;
    }

    const get = (person: Person | undefined, path: string, headers: Record<string, string> = {}) =>
      fetch(new URL(path, ann.gateway), {
        headers: { ...headers, ...(person && { authorization: `Bearer ${person.accessToken}` }) },
      });

    async function linkOf(person: Person, mediaId: string): Promise<string> {
      const answer = await person.call<{ url: string; expiresAt: string }>('GET', `/v1/media/${mediaId}/link`);
      expect(answer.status).to.equal(200);
      expect(Date.parse(answer.body.expiresAt) - Date.now()).to.be.within(290_000, 301_000);
      return answer.body.url;
    }

    it('are for their owner, then for the chat that they are sent to, and for nobody else', async () => {
      const bytes = someBytes(300_000);
      const id = await upload(bytes, { filename: 'wände.bin' });
      const path = `/v1/media/${id}`;
      expect((await get(ben, path)).status).to.equal(404);
      await post(id);
      for (const person of [ann, ben]) {
        const answer = await get(person, path);
        expect(answer.status).to.equal(200);
        expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).to.equal(true);
      }
      const [others, none] = await Promise.all([get(eve, path), get(eve, path.replace(/.$/, 'f'))]);
      expect([others.status, await others.json()]).to.deep.equal([none.status, await none.json()]);
      expect(others.status).to.equal(404);
      expect((await get(undefined, path)).status).to.equal(401);
    });

    it('come in parts, and not again to who has them', async () => {
      const bytes = someBytes(10_000);
      const path = `/v1/media/${await upload(bytes)}`;
      const part = await get(ann, path, { range: 'bytes=100-199' });
      expect([part.status, part.headers.get('content-range')]).to.deep.equal([206, 'bytes 100-199/10000']);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).to.equal(true);
      const etag = part.headers.get('etag') ?? '';
      expect((await get(ann, path, { 'if-none-match': etag, 'cache-control': 'max-age=0' })).status).to.equal(304);
      expect((await get(ann, path, { range: 'bytes=20000-' })).status).to.equal(416);
    });

    it('never act in a browser, whatever they are called', async () => {
      const path = `/v1/media/${await upload(HTML, { filename: 'photo.png', filetype: 'image/png' })}`;
      const { headers } = await get(ann, path);
      expect(headers.get('content-type')).not.to.include('html').and.not.include('image');
      expect(headers.get('content-disposition')).to.match(/^attachment; filename="?photo.png"?/);
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('content-security-policy')).to.match(/(^|;)\s*sandbox(;|$)/);
    });

    it('can be linked to for who has no token, until they are deleted, and then are nowhere', async () => {
      const id = await upload(someBytes(1_000));
      const seq = await post(id);
      const links = [await linkOf(ann, id), await linkOf(ben, id)];
      for (const link of links) expect((await get(undefined, link)).status).to.equal(200);
      expect((await get(undefined, `${links[0]}x`)).status).to.equal(404);
      expect((await ann.call('DELETE', `/v1/chats/${chat.id}/messages/${seq}?scope=all`)).status).to.equal(204);
      for (const link of links) expect((await get(undefined, link)).status).to.equal(404);
      for (const person of [ann, ben]) expect((await get(person, `/v1/media/${id}`)).status).to.equal(404);
    });

    it('are no longer for who leaves, nor is their link', async () => {
      const id = await upload(someBytes(1_000));
      await post(id);
      const link = await linkOf(ben, id);
      expect((await ben.call('DELETE', `/v1/chats/${chat.id}/members/${ben.id}`)).status).to.equal(204);
      expect([(await get(ben, `/v1/media/${id}`)).status, (await get(undefined, link)).status]).to.deep.equal([
        404, 404,
      ]);
    });

    it('that are the same are stored once', async () => {
      const bytes = someBytes(5_000);
      const before = await place.count();
      const [one, other] = [await upload(bytes), await upload(bytes)];
      expect(one).not.to.equal(other);
      expect(await place.count()).to.be.within(before + 1, before + 2);
      for (const id of [one, other]) expect((await get(ann, `/v1/media/${id}`)).status).to.equal(200);
    });
  });
}
