/**
 * One trace shows a message's whole life, over whatever it came and through whichever processes it went: on embedded
 * parts, and through the three images on real servers. `TRACE_TEXT=1` prints them.
 */
import { randomUUID } from 'node:crypto';
import * as semconv from '@opentelemetry/semantic-conventions/incubating';
import { expect } from 'chai';
import { type CollectedSpan, type Collector, startCollector } from '../support/collector.js';
import { type Deployment, embedded, real } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import { group, type Person, send, signUp } from '../support/people.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';
import type { Chat } from '../support/shapes.js';
import { type Tree, traceText, treeOf } from '../support/trace-text.js';

const DEPLOYMENTS = [
  { where: 'on embedded parts', open: embedded, gateway: 'all', worker: 'all' },
  {
    where: 'through the three images',
    open: (change: Record<string, string>) => real(['gateway', 'chat-svc', 'presence-svc'], change),
    gateway: 'gateway',
    worker: 'chat-svc',
  },
] as const;

const ROUTE = 'POST /v1/chats/:chatId/messages';
const NAMES: ReadonlySet<unknown> = new Set(Object.values(semconv));

for (const { where, open, gateway, worker } of DEPLOYMENTS) {
  describe(`a trace ${where}`, () => {
    let collector: Collector;
    let deployment: Deployment | undefined;
    let url: string;
    let ann: Person;
    let bob: Person;
    let chat: Chat;

    before(async function () {
      collector = await startCollector();
      const made = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
      if ('missing' in made) {
        if (process.env.CI === 'true') throw new Error(`real servers are missing: ${made.missing}`);
        console.warn(`SKIPPED: traces through the three images, because of ${made.missing}`);
        return this.skip();
      }
      deployment = made;
      [url] = made.gateways;
      [ann, bob] = await Promise.all([signUp(url, 'Ann'), signUp(url, 'Bob')]);
      chat = await group(ann, [bob]);
    });
    showOnFailure(() => deployment!);
    after(async () => {
      await deployment?.stop();
      await collector.close();
    });

    /** What a message leads to, from the call of this name on; over HTTP it is asked whose member the sender is. */
    const life = (call: string): Tree => ({
      [`${gateway}: ${call}`]: {
        ...(call === ROUTE && { [`${gateway}: members-standing`]: {} }),
        [`${gateway}: publish chat.messages`]: {
          [`${worker}: process chat.messages`]: {
            [`${worker}: messages-append`]: {},
            [`${worker}: publish message:new`]: { [`${gateway}: deliver message:new`]: {} },
            [`${worker}: publish reply`]: { [`${gateway}: process reply`]: {} },
          },
        },
      },
    });

    /** The one trace in which the message with this id was published. */
    async function traceOf(id: string, call: string): Promise<readonly CollectedSpan[]> {
      const published = await eventually(`a span of ${id}`, () =>
        collector.spans.find(({ name, attributes }) => name === 'publish chat.messages' && idIn(attributes) === id),
      );
      await eventually(`the trace of ${id} is whole`, () => {
        expect(treeOf(collector.traceOf(published)), traceText(collector.traceOf(published))).to.deep.equal(life(call));
        return true;
      });
      const trace = collector.traceOf(published);
      if (process.env.TRACE_TEXT) console.log(traceText(trace, { detailed: process.env.TRACE_TEXT === 'detailed' }));
      return trace;
    }
    const idIn = (attributes: CollectedSpan['attributes']) => attributes['messaging.message.id'];
    const tracesOf = (id: string) =>
      new Set(collector.spans.flatMap(({ attributes, traceId }) => (idIn(attributes) === id ? [traceId] : [])));

    it('shows the life of a message that came over a socket', async () => {
      const [mine, theirs] = await Promise.all([ann.connect(), bob.connect()]);
      const { id } = await send(mine, chat.id, 'over a socket');
      await theirs.waitFor('message:new');
      const trace = await traceOf(id!, 'message:send');
      expect(tracesOf(id!), 'traces').to.have.length(1);
      expect(trace.find(({ name }) => name === 'deliver message:new')?.attributes).to.include({
        'messaging.batch.message_count': 2,
      });
      for (const each of [ann, bob]) each.leave();
    });

    it('goes on where the caller of the REST API began it', async () => {
      const live = await bob.connect();
      const [traceId, spanId] = ['5'.repeat(32), '6'.repeat(16)];
      const answer = await request<{ id: string }>(url, 'POST', `/v1/chats/${chat.id}/messages`, {
        token: ann.accessToken,
        body: { clientId: randomUUID(), body: 'over HTTP' },
        headers: { traceparent: `00-${traceId}-${spanId}-01` },
      });
      expect(answer.status).to.equal(201);
      await live.waitFor('message:new');
      const root = (await traceOf(answer.body.id, ROUTE)).find(({ kind }) => kind === 'server');
      expect(root).to.deep.include({ traceId, parentSpanId: spanId, kind: 'server' });
      expect(root?.attributes).to.deep.equal({
        'http.request.method': 'POST',
        'http.route': '/v1/chats/:chatId/messages',
        'http.response.status_code': 201,
        'code.function.name': 'postMessage',
        'user.id': ann.id,
      });
      bob.leave();
    });

    for (const traceparent of ['garbage', `00-${'0'.repeat(32)}-${'6'.repeat(16)}-01`, `ff-${'5'.repeat(32)}-1-01`]) {
      it(`begins anew when the caller says ${traceparent}`, async () => {
        const live = await bob.connect();
        const answer = await request<{ id: string }>(url, 'POST', `/v1/chats/${chat.id}/messages`, {
          token: ann.accessToken,
          body: { clientId: randomUUID(), body: 'anew' },
          headers: { traceparent },
        });
        await live.waitFor('message:new', ({ id }: { id: string }) => id === answer.body.id);
        const root = (await traceOf(answer.body.id, ROUTE)).find(({ kind }) => kind === 'server');
        expect(root?.parentSpanId).to.equal(undefined);
        bob.leave();
      });
    }

    it('is left out where its caller does not want it', async () => {
      const traceId = '7'.repeat(32);
      const ask = (headers: Record<string, string>) =>
        request(url, 'GET', '/v1/users/me', { token: ann.accessToken, headers });
      await ask({ traceparent: `00-${traceId}-${'6'.repeat(16)}-00` });
      const after = '8'.repeat(32);
      await ask({ traceparent: `00-${after}-${'6'.repeat(16)}-01` });
      await eventually('a later one is there', () => collector.spans.some(span => span.traceId === after));
      expect(collector.spans.filter(span => span.traceId === traceId)).to.deep.equal([]);
    });

    it('links what was worked on together', async () => {
      const live = await ann.connect();
      const bodies = Array.from({ length: 200 }, (_, n) => `message ${n}`);
      const stored = await Promise.all(bodies.map(body => send(live, chat.id, body)));
      const ids = new Set(stored.map(({ id }) => id));
      const spans = await eventually('each is stored in a trace of its own', () => {
        const found = collector.spans.filter(
          ({ name, attributes }) => name === 'process chat.messages' && ids.has(String(idIn(attributes))),
        );
        return found.length === ids.size && found;
      });
      expect(new Set(spans.map(({ traceId }) => traceId)).size).to.equal(ids.size);
      const together = spans.filter(({ attributes }) => Number(attributes['messaging.batch.message_count']) > 1);
      expect(together, 'spans of batches').not.to.deep.equal([]);
      const known = new Set(spans.map(({ spanId }) => spanId));
      const followers = together.filter(({ links }) => links.length === 1 && known.has(links[0]!.spanId));
      const leaders = together.filter(span => !followers.includes(span));
      for (const { attributes, links } of leaders) {
        expect(links).to.have.length(Math.min(128, Number(attributes['messaging.batch.message_count']) - 1));
      }
      expect(followers.every(({ links }) => leaders.some(({ spanId }) => spanId === links[0]!.spanId))).to.equal(true);
      ann.leave();
    });

    it('tells by whose fault a call failed', async () => {
      const path = `/v1/chats/${randomUUID()}`;
      const traceId = '9'.repeat(32);
      const headers = { traceparent: `00-${traceId}-${'6'.repeat(16)}-01` };
      expect((await request(url, 'GET', path, { token: ann.accessToken, headers })).status).to.equal(404);
      const call = await eventually('its span is there', () =>
        collector.spans.find(span => span.traceId === traceId && span.kind === 'server'),
      );
      expect(call.attributes).to.include({ 'http.response.status_code': 404 });
      expect(call.failed, 'the server failed').to.equal(false);
    });

    it('names what it says by the conventions, and says nothing of what people wrote', () => {
      const keys = new Set(collector.spans.flatMap(({ attributes }) => Object.keys(attributes)));
      expect([...keys].filter(key => !NAMES.has(key))).to.deep.equal([]);
      const all = JSON.stringify(collector.spans);
      for (const told of ['over a socket', 'over HTTP', ann.accessToken, ann.email]) expect(all).not.to.contain(told);
    });

    it('is sent to its end when the process goes', async () => {
      const traceId = 'a'.repeat(32);
      const headers = { traceparent: `00-${traceId}-${'6'.repeat(16)}-01` };
      await request(url, 'GET', '/v1/users/me', { token: ann.accessToken, headers });
      const { processes } = deployment!;
      await processes.find(({ image }) => image === gateway)!.stop();
      expect(collector.spans.some(span => span.traceId === traceId)).to.equal(true);
    });
  });
}
