/**
 * A text that was deleted is gone, and stays gone whatever comes again: everything that its senders ever published is
 * delivered once more by every way that there is. Nor is it, or was it, in any log, trace or metric.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { messageChange, messageChanged, messageSent, messageStored } from '#functions/domain/events.js';
import { queues } from '#functions/services/queues.js';
import { physicalQueueOf } from '#runtime/core/partitions.js';
import { type RawAmqp, rawAmqp } from '../support/amqp.js';
import { type Collector, startCollector } from '../support/collector.js';
import { runDlq } from '../support/command.js';
import { type Deployment, real } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import type { Live } from '../support/live.js';
import { group, history, type Person, signUp } from '../support/people.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';
import type { Chat, Message } from '../support/shapes.js';
import { openSink, type Sink } from '../support/sink.js';

const CLOUD_EVENT = 'application/cloudevents+json';

const TABLES = `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`;

describe('a text that was deleted', () => {
  let deployment: Deployment | undefined;
  let sink: Sink | undefined;
  let collector: Collector;
  let broker: RawAmqp;
  let plain: string;
  let ann: Person;
  let ben: Person;
  let bens: Live;
  let chat: Chat;
  let elsewhere: Chat;
  /** What was published on its behalf, as it travelled, and everything that was told in public. */
  let wishes: { readonly type: string; readonly raw: string }[];
  let heardBefore: number;
  const mark = `gone${randomBytes(10).toString('hex')}`;
  const forms = { said: `${mark} said`, edited: `${mark} edited https://example.org/${mark}`, again: `${mark} again` };

  const toService = (raw: string) =>
    request(deployment!.one('chat-svc').url, 'POST', '/', { raw, headers: { 'content-type': CLOUD_EVENT } });

  before('it is sent, edited, forwarded, reacted to and pinned, and then deleted with its copy', async function () {
    this.timeout(120_000);
    collector = await startCollector();
    wishes = [];
    sink = await openSink(async ({ type }, raw) => {
      if (type !== messageSent.type && type !== messageChange.type) return { status: 202 };
      wishes.push({ type, raw });
      const { status, headers, body } = await toService(raw);
      const answered = headers.get('content-type');
      return { status, ...(answered && { headers: { 'content-type': answered }, body: JSON.stringify(body) }) };
    });
    const talkative = { LOG_LEVEL: 'trace', OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
    const made = await real(['gateway', 'presence-svc'], talkative);
    if ('missing' in made) {
      if (process.env.CI === 'true') throw new Error(`real servers are missing: ${made.missing}`);
      console.warn(`SKIPPED: a text that was deleted, because of ${made.missing}`);
      return this.skip();
    }
    deployment = made;
    [plain] = made.gateways;
    await made.start('chat-svc', { K_SINK: sink.url });
    const { url: sunk } = await made.start('gateway', { K_SINK: sink.url });
    broker = await rawAmqp(made.services!.amqp);

    [ann, ben] = await Promise.all([signUp(sunk, 'Ann'), signUp(plain, 'Ben')]);
    [chat, elsewhere] = [await group(ann, [ben]), await group(ann, [ben])];
    for (const { id } of [chat, elsewhere]) await ann.call('PATCH', `/v1/chats/${id}`, { keepVersions: true });
    bens = await ben.connect();
    const at = (rest: string, { id } = chat) => `/v1/chats/${id}/messages${rest}`;
    const done = async (method: string, path: string, body?: object) => {
      const answer = await ann.call<Message>(method, path, body);
      expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).to.be.oneOf([200, 201, 204]);
      return answer.body;
    };
    const entities = [{ type: 'bold', offset: 0, length: 4 }];
    await done('POST', at(''), { clientId: 'first', body: forms.said, entities, draftAt: '2026-01-02T03:04:05.678Z' });
    await done('PATCH', at('/1'), { clientId: 'edit-1', body: forms.edited });
    await done('PATCH', at('/1'), { clientId: 'edit-2', body: forms.again });
    await done('PUT', at(`/1/reactions/${encodeURIComponent('👍')}`));
    await done('PUT', at('/1/pin'));
    const copy = await done('POST', at('', elsewhere), { clientId: 'copy', forward: { chatId: chat.id, seq: 1 } });
    expect(copy.body).to.equal(forms.again);
    expect(await traces(), 'before').to.include.members(['messages', 'message_versions']);
    await done('DELETE', at('/1?scope=all', elsewhere));
    await done('DELETE', at('/1?scope=all'));
    expect(wishes).to.have.length(8);
  });
  showOnFailure(() => deployment!);
  after(async () => {
    for (const person of [ann, ben]) person?.leave();
    await broker?.close();
    await deployment?.stop();
    await sink?.close();
    await collector.close();
  });
  beforeEach(() => {
    heardBefore = sink!.events.length;
  });

  /** Tables in which the text still is, in any column. */
  async function traces(): Promise<string[]> {
    const { query } = deployment!.services!;
    const found: string[] = [];
    for (const { name } of await query<{ name: string }>(TABLES)) {
      const rows = await query(`select from ${name} t where t::text like $1 limit 1`, [`%${mark}%`]);
      if (rows.length > 0) found.push(name);
    }
    return found;
  }

  /** Everything that was asked for before is done when this is: both go in order within the chat. */
  async function settled(): Promise<void> {
    for (const { id } of [chat, elsewhere]) {
      const path = `/v1/chats/${id}/messages`;
      const { status, body } = await ben.call<Message>('POST', path, { clientId: randomUUID(), body: 'later' });
      expect(status).to.equal(201);
      const liked = await ben.call('PUT', `${path}/${body.seq}/reactions/${encodeURIComponent('👍')}`);
      expect(liked.status).to.equal(200);
      await bens.waitFor<Message>('message:new', told => told.id === body.id);
    }
  }

  async function isGone(): Promise<void> {
    await settled();
    expect(await traces()).to.deep.equal([]);
    for (const { id } of [chat, elsewhere]) {
      const [tombstone, ...later] = await history(ben, id);
      expect(tombstone)
        .to.include({ seq: 1, body: '', deletedBy: ann.id })
        .and.not.have.any.keys('entities', 'forwardedFrom');
      expect(new Set(later.map(({ body }) => body))).to.deep.equal(new Set(['later']));
    }
    // The wishes themselves aside: those are what comes again.
    const told = sink!.events
      .slice(heardBefore)
      .filter(({ type }) => type !== messageSent.type && type !== messageChange.type);
    expect(told.filter(event => JSON.stringify(event).includes(mark))).to.deep.equal([]);
  }

  it('is in no table, and told as what is left of it', async () => {
    await isGone();
    const facts = sink!.events.filter(({ type }) => type === messageStored.type || type === messageChanged.type);
    expect(facts.length, 'facts go out of the sink').to.be.greaterThan(4);
  });

  it('does not come back when its events are delivered again over HTTP, together or one by one', async () => {
    for (const { raw } of wishes) {
      const { body } = await toService(raw);
      expect(JSON.stringify(body)).not.to.include(mark);
    }
    const events = wishes.map(({ raw }) => JSON.parse(raw) as { type: string });
    for (const type of [messageSent.type, messageChange.type]) {
      const raw = JSON.stringify(events.filter(event => event.type === type));
      const headers = { 'content-type': 'application/cloudevents-batch+json' };
      const { body } = await request(deployment!.one('chat-svc').url, 'POST', '/', { raw, headers });
      expect(JSON.stringify(body ?? '')).not.to.include(mark);
    }
    await isGone();
  });

  const queueOf = ({ type, raw }: { type: string; raw: string }): string => {
    const { data } = JSON.parse(raw) as { data: { chatId: string } };
    return physicalQueueOf(type === messageSent.type ? queues.messages : queues.changes, data.chatId);
  };
  const put = (queue: string, raw: string, headers = {}) =>
    broker.on(async channel => channel.sendToQueue(queue, Buffer.from(raw), { contentType: CLOUD_EVENT, headers }));

  it('does not come back when the broker delivers its events again, in any order', async () => {
    const heard = bens.heard<Message>('message:new').length;
    for (const each of [...wishes, ...wishes.toReversed()]) await put(queueOf(each), each.raw);
    await isGone();
    const told = bens.heard<Message>('message:new').slice(heard);
    expect(JSON.stringify(told)).not.to.include(mark);
  });

  it('does not come back when dead letters are tried again', async () => {
    const names = new Set(wishes.map(queueOf));
    for (const each of wishes) {
      const headers = {
        'x-reason': 'the database was away',
        'x-queue': queueOf(each),
        'x-dead-at': new Date().toISOString(),
      };
      await put(`${queueOf(each)}.dlq`, each.raw, headers);
    }
    const env = { AMQP_URL: deployment!.services!.amqp };
    for (const name of names) {
      const { code, stderr } = await runDlq(['retry', name], env);
      expect(code, stderr).to.equal(0);
    }
    await isGone();
    for (const name of names) {
      const left = await broker.on(async channel => (await channel.checkQueue(`${name}.dlq`)).messageCount);
      expect(left, `${name}.dlq`).to.equal(0);
    }
  });

  it('does not come back when its sender sends it, edits it or forwards it again', async () => {
    const at = (rest: string, { id } = chat) => `/v1/chats/${id}/messages${rest}`;
    const again = await ann.call<Message>('POST', at(''), { clientId: 'first', body: forms.said });
    expect(again.body).to.include({ seq: 1, body: '' });
    for (const clientId of ['edit-1', 'edit-2', 'edit-3']) {
      expect((await ann.call('PATCH', at('/1'), { clientId, body: forms.edited })).status).to.equal(409);
    }
    const forward = { chatId: chat.id, seq: 1 };
    expect((await ann.call('POST', at('', elsewhere), { clientId: 'another copy', forward })).status).to.equal(409);
    const copy = await ann.call<Message>('POST', at('', elsewhere), { clientId: 'copy', forward });
    expect(copy.body).to.include({ seq: 1, body: '' });
    await isGone();
  });

  it('never was in a log, a trace or a metric', async () => {
    await eventually('spans of changes came', () => collector.spans.some(({ name }) => name.includes('chat.changes')));
    const metrics = await Promise.all(
      deployment!.processes.map(({ url }) => fetch(`${url}/metrics`).then(answer => answer.text())),
    );
    const said = { logs: deployment!.output(), traces: JSON.stringify(collector.spans), metrics: metrics.join('\n') };
    for (const [where, text] of Object.entries(said)) {
      expect(text.length, where).to.be.greaterThan(1_000);
      const place = text.indexOf(mark);
      expect(
        text.slice(Math.max(0, place - 300), place + 60).includes(mark),
        `${where}: ${text.slice(place - 300, place)}`,
      ).to.equal(false);
    }
  });
});
