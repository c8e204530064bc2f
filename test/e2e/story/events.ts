/** The queues' functions as CloudEvents receivers: binary, structured and batched, as any Knative broker would send them. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { asSender, type Deployment } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import { group, history, type Person, signUp } from '../../support/people.js';
import { request } from '../../support/rest.js';
import type { Chat, Message, Problem, Receipt } from '../../support/shapes.js';

const SENT = 'minitelegram.message.sent.v1';
const READ = 'minitelegram.message.read.v1';
const PRESENCE = 'minitelegram.presence.changed.v1';

export function events(the: () => Deployment, kind: Deployment['kind']): void {
  describe('a CloudEvent', () => {
    let ann: Person;
    let ben: Person;
    let chat: Chat;

    before(async () => {
      [ann, ben] = await Promise.all(
        the().gateways.map((gateway, place) => signUp(gateway, ['Ann', 'Ben'][place]!)) as [
          Promise<Person>,
          Promise<Person>,
        ],
      );
    });

    beforeEach(async () => {
      chat = await group(ann, [ben]);
    });

    afterEach(() => ben.leave());

    const message = (body: string, clientId: string = randomUUID()) => ({
      id: randomUUID(),
      chatId: chat.id,
      clientId,
      senderId: ann.id,
      body,
      replyTo: null,
      sentAt: new Date().toISOString(),
    });
    const envelope = (type: string, data: unknown) => ({
      specversion: '1.0',
      id: randomUUID(),
      source: '/test',
      type,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      data,
    });
    const post = (image: 'chat-svc' | 'presence-svc' | 'gateway', contentType: string, body: unknown, headers = {}) =>
      request<Problem>(the().one(image).url, 'POST', '/', {
        raw: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': contentType, ...asSender, ...headers },
      });
    const structured = (image: 'chat-svc' | 'presence-svc' | 'gateway', type: string, data: unknown) =>
      post(image, 'application/cloudevents+json', envelope(type, data));
    const bodies = async () => (await history(ben, chat.id)).map(({ body }) => body);

    it('in binary mode stores a message, which the members hear', async () => {
      const bens = await ben.connect();
      const { data, datacontenttype, ...attributes } = envelope(SENT, message('by event'));
      const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
      const answer = await post('chat-svc', datacontenttype, data, headers);
      expect(answer.status, JSON.stringify(answer.body)).to.be.oneOf([200, 204]);
      expect(await bens.waitFor<Message>('message:new')).to.include({ chatId: chat.id, body: 'by event', seq: 1 });
    });

    it('in structured mode, sent twice, stores it once', async () => {
      const event = envelope(SENT, message('once'));
      for (const turn of [1, 2]) {
        const answer = await post('chat-svc', 'application/cloudevents+json; charset=utf-8', event);
        expect(answer.status, `${turn}`).to.be.oneOf([200, 204]);
      }
      expect(await bodies()).to.deep.equal(['once']);
    });

    it('that is answered with the stored message is answered with a CloudEvent', async () => {
      const answer = await structured('chat-svc', SENT, message('with a reply'));
      if (answer.status === 204) return;
      expect(answer.status).to.equal(200);
      const binary = answer.headers.get('ce-type') !== null;
      expect(binary || answer.headers.get('content-type')?.startsWith('application/cloudevents')).to.equal(true);
    });

    it('in a batch stores all of them, in order', async () => {
      const batch = ['one', 'two', 'three'].map(body => envelope(SENT, message(body)));
      const answer = await post('chat-svc', 'application/cloudevents-batch+json', batch);
      expect(answer.status, JSON.stringify(answer.body)).to.be.oneOf([200, 204]);
      expect(await bodies()).to.deep.equal(['one', 'two', 'three']);
    });

    it('moves a read watermark', async () => {
      await structured('chat-svc', SENT, message('to be read'));
      const bens = await ben.connect();
      const receipt = { chatId: chat.id, userId: ben.id, seq: 1, at: new Date().toISOString() };
      expect((await structured('presence-svc', READ, receipt)).status).to.be.oneOf([200, 204]);
      await bens.waitFor<Receipt>('receipt:read', ({ userId, seq }) => userId === ben.id && seq === 1);
    });

    it('keeps when somebody was last seen', async () => {
      const lastSeenAt = new Date(Date.now() - 1_000).toISOString();
      const changed = { userId: ann.id, status: 'offline', lastSeenAt };
      expect((await structured('presence-svc', PRESENCE, changed)).status).to.be.oneOf([200, 204]);
      const presence = () => ben.call<{ lastSeenAt: string | null }>('GET', `/v1/users/${ann.id}/presence`);
      await eventually('Ann was seen', async () => (await presence()).body.lastSeenAt === lastSeenAt);
    });

    const bad: [string, number, () => ReturnType<typeof post>][] = [
      ['that is not JSON', 400, () => post('chat-svc', 'application/cloudevents+json', '{')],
      ['without the attributes that one must have', 400, () => post('chat-svc', 'application/json', {})],
      [
        'of a version that there is not',
        400,
        () => post('chat-svc', 'application/cloudevents+json', { ...envelope(SENT, message('x')), specversion: '7' }),
      ],
      [
        'without a type',
        400,
        () => post('chat-svc', 'application/cloudevents+json', { ...envelope(SENT, message('x')), type: undefined }),
      ],
      ['in a batch that is none', 400, () => post('chat-svc', 'application/cloudevents-batch+json', '{"a":1}')],
      ['of a type that nobody handles here', 404, () => structured('chat-svc', 'minitelegram.nobody.v1', {})],
      ['whose data are not what the function takes', 422, () => structured('chat-svc', SENT, { body: 7 })],
      ['whose data are missing', 422, () => structured('chat-svc', SENT, undefined)],
      [
        'with a presence that there is not',
        422,
        () => structured('presence-svc', PRESENCE, { userId: ann.id, status: 'asleep' }),
      ],
    ];
    for (const [what, status, attempt] of bad) {
      it(`${what} is answered with ${status}`, async () => {
        const answer = await attempt();
        expect(answer.status, JSON.stringify(answer.body)).to.equal(status);
        expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
      });
    }

    if (kind === 'embedded') return;
    it('for another image’s function is answered with 404', async () => {
      const presence = { userId: ann.id, status: 'offline', lastSeenAt: null };
      expect((await structured('chat-svc', PRESENCE, presence)).status).to.equal(404);
      expect((await structured('gateway', SENT, message('x'))).status).to.equal(404);
    });
  });
}
