/** Media that are looked into as soon as they are whole, a photo while its sender waits: what the chat hears of it, what is left in a photo, and what is refused. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { asSender, type Deployment, embedded } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import { photo, SECRETS, voice } from '../../support/media-samples.js';
import { group, type Person, signUp } from '../../support/people.js';
import { showOnFailure } from '../../support/report.js';
import type { Chat } from '../../support/shapes.js';
import { begin, patch } from '../uploads/stage.js';

interface Told {
  readonly seq: number;
  readonly body: string;
  readonly rev: number;
  readonly editedAt?: string;
  readonly media?: readonly {
    readonly id: string;
    readonly type: string;
    readonly width?: number;
    readonly height?: number;
    readonly durationMs?: number;
    readonly waveform?: string;
    readonly thumbhash?: string;
    readonly thumb?: true;
  }[];
}

describe('media that are looked into once they are whole', function () {
  this.timeout(60_000);
  let deployment: Deployment;
  let folder: string;
  let ann: Person;
  let ben: Person;
  let chat: Chat;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'media-'));
    deployment = await embedded({ MEDIA_DIR: folder });
    const [gateway] = deployment.gateways;
    [ann, ben] = [await signUp(gateway, 'Ann'), await signUp(gateway, 'Ben')];
    chat = await group(ann, [ben]);
  });
  showOnFailure(() => deployment);
  after(async () => {
    await deployment?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function upload(bytes: Buffer, kind: string, filename: string, status = 204): Promise<string> {
    const place = await begin(ann, bytes.length, { kind, filename });
    expect((await patch(ann, place, 0, bytes)).status).to.equal(status);
    return place.split('/').at(-1) as string;
  }

  /** Sets it off once more, as the queue does after a crash. */
  async function inspect(mediaId: string): Promise<{ state?: string }> {
    const event = { specversion: '1.0', id: randomUUID(), source: '/test', type: 'minitelegram.media.ready.v1' };
    const answer = await fetch(new URL('/', ann.gateway), {
      method: 'POST',
      headers: { ...asSender, 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ ...event, datacontenttype: 'application/json', data: { mediaId } }),
    });
    expect(answer.status, await answer.clone().text()).to.equal(200);
    const told = (await answer.json()) as { data?: { state?: string }; state?: string };
    return told.data ?? told;
  }

  async function post(body: string, ...media: string[]) {
    const clientId = randomUUID();
    return ann.call<Told>('POST', `/v1/chats/${chat.id}/messages`, { clientId, body, media });
  }
  const newest = async (): Promise<Told | undefined> =>
    (await ben.call<{ messages: Told[] }>('GET', `/v1/chats/${chat.id}/messages?limit=1`)).body.messages[0];
  const get = (person: Person, path: string) =>
    fetch(new URL(path, ann.gateway), { headers: { authorization: `Bearer ${person.accessToken}` } });

  it('are photos without what says who took them where, shown small, and gone for everybody once deleted', async () => {
    const id = await upload(await photo(800, 600), 'photo', 'wall.jpg');
    const sent = await post('', id);
    expect(sent.status, JSON.stringify(sent.body)).to.equal(201);
    expect(sent.body.media?.[0]).to.include({ id, kind: 'photo', filename: 'wall.jpg' });
    expect(await inspect(id)).to.include({ state: 'ready' });
    const told = await eventually('what it is like', async () => {
      const message = await newest();
      return message?.media?.[0]?.thumb && message;
    });
    expect(told.media?.[0]).to.include({ id, type: 'image/jpeg', width: 600, height: 800, thumb: true });
    expect(told.media?.[0]?.thumbhash).to.be.a('string');
    expect(told).not.to.have.property('editedAt');

    const [whole, small] = await Promise.all([get(ben, `/v1/media/${id}`), get(ben, `/v1/media/${id}/thumb`)]);
    expect([whole.status, small.status]).to.deep.equal([200, 200]);
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(bytes.includes(SECRETS[0])).to.equal(false);
    expect((await sharp(bytes).metadata()).orientation).to.equal(6);
    expect((await sharp(Buffer.from(await small.arrayBuffer())).metadata()).width).to.equal(240);

    const deletion = await ann.call('DELETE', `/v1/chats/${chat.id}/messages/${told.seq}?scope=all`);
    expect(deletion.status).to.equal(204);
    for (const person of [ann, ben]) {
      for (const path of [`/v1/media/${id}`, `/v1/media/${id}/thumb`]) {
        expect((await get(person, path)).status).to.equal(404);
      }
    }
    const again = await post('once more', id);
    expect([again.status, (again.body as { errors?: { path: string }[] }).errors?.[0]?.path]).to.deep.equal([
      400,
      '/media/0',
    ]);
  });

  it('are voices with their length and waveform, which the others hear of as a change that is no edit', async () => {
    const live = await ben.connect();
    const id = await upload(voice(), 'voice', 'voice.ogg');
    await post('listen', id);
    await inspect(id);
    const told = await eventually('its waveform', async () => {
      const message = await newest();
      return message?.media?.[0]?.waveform !== undefined && message;
    });
    expect(told.media?.[0]?.durationMs).to.be.within(1_900, 2_200);
    expect(Buffer.from(told.media?.[0]?.waveform ?? '', 'base64')).to.have.length.within(15, 25);
    expect(told).not.to.have.property('editedAt');
    expect(told.body).to.equal('listen');
    live.close();
  });

  it('are not kept where they are no photo: their sender is told, nobody gets them, and no message names them', async () => {
    const id = await upload(Buffer.from('no picture at all'), 'photo', 'wall.jpg', 415);
    expect(await inspect(id)).to.include({ state: 'refused' });
    for (const person of [ann, ben]) expect((await get(person, `/v1/media/${id}`)).status).to.equal(404);
    expect((await post('again', id)).status).to.equal(400);
  });
});
