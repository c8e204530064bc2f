/**
 * A photo in the three images with a bucket of a real S3 server: sent by way of one gateway, seen by way of the other, small as
 * well; and when its message is deleted it is there for nobody, and soon not in the bucket either.
 */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { s3Blobs } from '#runtime/drivers/blobs/s3.js';
import { parseS3Url } from '#runtime/drivers/blobs/s3-url.js';
import { type Deployment, real } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import { photo, SECRETS } from '../../support/media-samples.js';
import { group, type Person, signUp } from '../../support/people.js';
import { showOnFailure } from '../../support/report.js';
import type { Chat, Message } from '../../support/shapes.js';
import { needSwift, type Swift, startSwift } from '../../support/swift.js';
import { begin, patch, sha256, someBytes } from '../uploads/stage.js';

/** The sweep comes every 20 s. */
const SWEPT_MS = 90_000;

describe('media of three images, in a bucket', function () {
  this.timeout(2 * SWEPT_MS);
  let swift: Swift;
  let url: string;
  let deployment: Deployment;
  let ann: Person;
  let ben: Person;
  let chat: Chat;

  before(async function () {
    needSwift.call(this);
    swift = await startSwift();
    url = await swift.bucket('media');
    const made = await real(['gateway', 'gateway', 'chat-svc', 'presence-svc'], { S3_URL: url });
    if ('missing' in made) {
      if (process.env.CI === 'true') throw new Error(`real servers are missing: ${made.missing}`);
      console.warn(`SKIPPED: media of three images, because of ${made.missing}`);
      return this.skip();
    }
    deployment = made;
    ann = await signUp(made.gateways[0], 'Ann');
    ben = await signUp(made.gateways[1], 'Ben');
    chat = await group(ann, [ben]);
  });
  showOnFailure(() => deployment);
  after(async () => {
    await deployment?.stop();
    await swift?.kill();
  });

  async function upload(bytes: Buffer, kind: string): Promise<string> {
    const told = await patch(ann, await begin(ann, bytes.length, { kind, filename: 'wall.jpg' }), 0, bytes);
    expect(told.status).to.equal(204);
    return told.headers.get('x-media-id') ?? '';
  }
  async function get({ gateway, accessToken }: Person, path: string): Promise<{ status: number; bytes: Buffer }> {
    const answer = await fetch(new URL(path, gateway), { headers: { authorization: `Bearer ${accessToken}` } });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  }
  const newest = async (): Promise<Message | undefined> =>
    (await ben.call<{ messages: Message[] }>('GET', `/v1/chats/${chat.id}/messages?limit=1`)).body.messages[0];

  it('are seen by the other until their message is deleted, and leave the bucket after that', async () => {
    const file = someBytes(300_000);
    const [shown, kept] = [await upload(await photo(800, 600), 'photo'), await upload(file, 'file')];
    const body = { clientId: randomUUID(), body: 'look', media: [shown, kept] };
    expect((await ann.call('POST', `/v1/chats/${chat.id}/messages`, body)).status).to.equal(201);
    const told = await eventually('what it is like', async () => {
      const message = await newest();
      return message?.media?.[0]?.thumb && message;
    });
    expect(told.media).to.have.nested.property('[0].id', shown);

    const whole = await get(ben, `/v1/media/${shown}`);
    expect([whole.status, whole.bytes.includes(SECRETS[0])]).to.deep.equal([200, false]);
    expect((await get(ben, `/v1/media/${shown}/thumb`)).status).to.equal(200);
    expect(sha256((await get(ben, `/v1/media/${kept}`)).bytes)).to.equal(sha256(file));

    const deletion = await ann.call('DELETE', `/v1/chats/${chat.id}/messages/${told.seq}?scope=all`);
    expect(deletion.status).to.equal(204);
    for (const person of [ann, ben]) {
      for (const path of [`/v1/media/${shown}`, `/v1/media/${shown}/thumb`, `/v1/media/${kept}`])
        expect((await get(person, path)).status, path).to.equal(404);
    }
    const blobs = s3Blobs(parseS3Url(url));
    await eventually('the bucket is empty', async () => (await blobs.list(undefined, 10)).length === 0, {
      within: SWEPT_MS,
      every: 500,
    });
    await blobs.close();
  });
});
