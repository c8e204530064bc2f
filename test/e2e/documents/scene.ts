/**
 * Where the examples are played. Ann is who the examples are about: she signed up with the example of `register`. The
 * ids and tokens of the examples stand for those of a chat that she has with Ben, made anew for each of them.
 */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { SAMPLE_TOKEN } from '#functions/domain/link.js';
import { AccessToken, RefreshToken } from '#functions/domain/session.js';
import { SAMPLE } from '#functions/domain/text.js';
import { type OpenDocument, operationsIn } from '../../support/documents.js';
import { eventually } from '../../support/eventually.js';
import { photo } from '../../support/media-samples.js';
import { group, type Person, send, signIn, signUp } from '../../support/people.js';
import { type Answer, request } from '../../support/rest.js';
import type { Chat } from '../../support/shapes.js';
import { begin, patch } from '../uploads/stage.js';

export interface Scene {
  readonly url: string;
  /** What `register` answered to its example. */
  readonly registered: Answer<unknown>;
  /** Ann on a new device, and a new chat of hers with Ben in which both have said something, she first; and what she has sent up. */
  play(kind?: 'file' | 'photo'): Promise<Play>;
}

export interface Play {
  readonly ann: Person;
  readonly ben: Person;
  readonly chat: Chat;
  /** The example with what there really is in the place of what stands for it. */
  real<Value>(example: Value): Value;
}

/** A file of hers, or a photo, which has been looked at. */
async function upload(ann: Person, kind: 'file' | 'photo'): Promise<string> {
  const bytes = kind === 'photo' ? await photo() : Buffer.from('a few words');
  const told = await patch(ann, await begin(ann, bytes.length, { kind }), 0, bytes);
  const id = told.headers.get('x-media-id') ?? '';
  if (kind === 'photo')
    await eventually('it is looked at', async () => (await ann.call('GET', `/v1/media/${id}/thumb`)).status === 200);
  return id;
}

const exampleOf = ({ examples }: object & { examples?: unknown }): string => (examples as string[])[0]!;

export async function sceneOn(url: string, document: OpenDocument): Promise<Scene> {
  const register = operationsIn(document).find(({ id }) => id === 'register')!;
  const registered = await request(url, 'POST', register.path, { body: register.examples[0]?.value });
  expect(registered.status).to.equal(201);
  const { user } = registered.body as { user: { email: string } };
  const ben = await signUp(url, 'Ben');

  return {
    url,
    registered,
    async play(kind = 'file') {
      const ann = await signIn({ email: user.email } as Person, url);
      const sessions = await ann.call<{ sessions: { id: string; current: boolean }[] }>('GET', '/v1/auth/sessions');
      const session = sessions.body.sessions.find(({ current }) => !current)!.id;
      const chat = await group(ann, [ben]);
      await ann.call('PATCH', `/v1/chats/${chat.id}`, { keepVersions: true });
      const [anns, bens] = [await ann.connect(), await ben.connect()];
      await send(anns, chat.id, 'is anybody there?');
      await send(bens, chat.id, 'hello');
      for (const person of [ann, ben]) person.leave();
      const media = await upload(ann, kind);
      const link = await ann.call<{ url: string }>('GET', `/v1/media/${media}/link`);
      const instead: [string, string][] = [
        [SAMPLE.user, ben.id],
        [SAMPLE.chat, chat.id],
        [SAMPLE.session, session],
        [SAMPLE.media, media],
        [SAMPLE_TOKEN, link.body.url.slice(link.body.url.lastIndexOf('/') + 1)],
        // Of a message that is about to be sent.
        [SAMPLE.message, randomUUID()],
        [exampleOf(AccessToken), ann.accessToken],
        [exampleOf(RefreshToken), ann.refreshToken],
      ];
      return {
        ann,
        ben,
        chat,
        real: example =>
          JSON.parse(instead.reduce((text, [sample, id]) => text.replaceAll(sample, id), JSON.stringify(example))),
      };
    },
  };
}
