/** A gateway, or a chat-svc, with K_SINK: what it publishes goes out as CloudEvents, to the service itself or to a broker. */
import { expect } from 'chai';
import { chatMemberAdded, chatMemberRemoved, messageSent, messageStored } from '#functions/domain/events.js';
import { type Deployment, real } from '../support/deployment.js';
import type { Live } from '../support/live.js';
import { directChat, group, history, type Person, send, signUp } from '../support/people.js';
import type { Env } from '../support/processes.js';
import { showOnFailure } from '../support/report.js';
import { type Answer, request } from '../support/rest.js';
import type { Chat, Message, Presence, Receipt } from '../support/shapes.js';
import { openSink, type Sink, type SinkAnswer } from '../support/sink.js';

describe('a gateway with a sink', () => {
  let deployment: Deployment | undefined;
  let sink: Sink | undefined;
  /** The service answers by itself; or a broker says 202 at once, and hands the event on later. */
  let way: 'service' | 'broker' = 'service';
  let handedOn: Promise<unknown>[];
  let sunk: Env;
  let gateway: string;
  let ann: Person;
  let ben: Person;
  let chat: Chat;
  let anns: Live;
  let bens: Live;

  const toService = (raw: string): Promise<Answer<unknown>> => {
    const headers = { 'content-type': 'application/cloudevents+json' };
    return request(deployment!.one('chat-svc').url, 'POST', '/', { raw, headers });
  };

  async function answer(raw: string): Promise<SinkAnswer> {
    if (way === 'broker') {
      handedOn.push(toService(raw));
      return { status: 202 };
    }
    const { status, headers, body } = await toService(raw);
    const type = headers.get('content-type');
    return { status, ...(type && { headers: { 'content-type': type }, body: JSON.stringify(body) }) };
  }

  before(async function () {
    this.timeout(90_000);
    const made = await real(['gateway', 'chat-svc', 'presence-svc']);
    if ('missing' in made) {
      if (process.env.CI === 'true') throw new Error(`real servers are missing: ${made.missing}`);
      console.warn(`SKIPPED: a gateway with a sink, because of ${made.missing}`);
      return this.skip();
    }
    deployment = made;
    sink = await openSink((_, raw) => answer(raw));
    const overrides = '{"extensions":{"tenant":"blue"}}';
    sunk = { K_SINK: sink.url, K_CE_OVERRIDES: overrides };
    gateway = (await made.start('gateway', sunk)).url;
  });
  showOnFailure(() => deployment);
  after(async () => {
    await deployment?.stop();
    await sink?.close();
  });

  beforeEach('Ann and Ben are there', async () => {
    way = 'service';
    handedOn = [];
    [ann, ben] = await Promise.all([signUp(gateway, 'Ann'), signUp(gateway, 'Ben')]);
    chat = await directChat(ann, ben);
    [anns, bens] = await Promise.all([ann.connect(), ben.connect()]);
  });
  afterEach(() => {
    for (const person of [ann, ben]) person?.leave();
  });

  const of = (type: string, chat: Chat) =>
    sink!.events.filter(each => each.type === type && (each.data as Partial<Message>).chatId === chat.id);
  const said = (body: string) =>
    of(messageSent.type, chat).filter(({ data }) => (data as Partial<Message>).body === body);

  it('stores what is sent through the service, in order, and tells the sender the seq', async () => {
    const lines = Array.from({ length: 10 }, (_, place) => `line ${place + 1}`);
    const acks = await Promise.all(lines.map(line => send(anns, chat.id, line)));
    expect(acks.map(({ status, seq }) => ({ status, seq }))).to.deep.equal(
      lines.map((_, place) => ({ status: 'stored', seq: place + 1 })),
    );
    expect((await history(ben, chat.id)).map(({ body }) => body)).to.deep.equal(lines);
    await bens.waitFor<Message>('message:new', ({ seq }) => seq === 10);
    expect(said('line 1').map(({ type, tenant }) => ({ type, tenant }))).to.deep.equal([
      { type: 'minitelegram.message.sent.v1', tenant: 'blue' },
    ]);
  });

  it('tells the sink of what has happened, though nobody subscribes here', async () => {
    const chatSvc = await deployment!.start('chat-svc', sunk);
    for (const line of ['line 1', 'line 2', 'line 3']) await send(anns, chat.id, line);
    await chatSvc.stop();
    const stored = () => of(messageStored.type, chat);
    const messages = await history(ben, chat.id);
    expect(messages).to.have.lengthOf(3);
    expect(stored().map(({ data }) => data)).to.deep.equal(messages);
    expect(stored().map(({ id, tenant }) => ({ id, tenant }))).to.deep.equal(
      messages.map(({ id }) => ({ id: `${id}.stored`, tenant: 'blue' })),
    );
    const club = await group(ann, [ben]);
    const users = (type: string) => of(type, club).map(({ data }) => (data as { userId: string }).userId);
    expect(users(chatMemberAdded.type)).to.have.members([ann.id, ben.id]);
    await ann.call('DELETE', `/v1/chats/${club.id}/members/${ben.id}`);
    expect(users(chatMemberRemoved.type)).to.deep.equal([ben.id]);
  });

  it('has marks and presence arrive, those too for which the service sends it back to the queue', async () => {
    await send(bens, chat.id, 'may Ann be told of me');
    const { seq } = await send(anns, chat.id, 'read this');
    await bens.ask('message:delivered', { chatId: chat.id, seq });
    await anns.waitFor<Receipt>('receipt:delivered', receipt => receipt.userId === ben.id && receipt.seq === seq);
    await bens.ask('message:read', { chatId: chat.id, seq });
    await anns.waitFor<Receipt>('receipt:read', receipt => receipt.userId === ben.id && receipt.seq === seq);
    bens.close();
    await anns.waitFor<Presence>('presence:changed', told => told.userId === ben.id && told.status === 'offline');
  });

  it('tells the sender `accepted` when a broker has the message, which arrives nevertheless', async () => {
    way = 'broker';
    const ack = await send(anns, chat.id, 'by a broker', 'from-ann-1');
    expect(ack).to.deep.equal({ clientId: 'from-ann-1', status: 'accepted' });
    await Promise.all(handedOn);
    await bens.waitFor<Message>('message:new', ({ body }) => body === 'by a broker');
    const again = said('by a broker').map(event => toService(JSON.stringify(event)));
    expect((await Promise.all(again)).map(({ status }) => status)).to.deep.equal([200]);
    expect(await history(ben, chat.id)).to.have.length(1);
  });
});
