import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serialize } from 'node:v8';
import { expect } from 'chai';
import fc from 'fast-check';
import { start } from '#runtime/knative.js';
import { type Answer, ask } from './ask.js';
import type { Case } from './cases/case.js';
import { cases, variants } from './variants.js';

describe('Hosting, compared with faas-js-runtime 4', () => {
  let child: ChildProcess;
  let theirs: Record<string, number>;
  const ours: Record<string, number> = {};
  const servers: Server[] = [];

  before(async () => {
    child = fork(new URL('original.js', import.meta.url), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    [theirs] = (await once(child, 'message')) as [Record<string, number>];
    for (const [name, { module, options }] of Object.entries(variants)) {
      const server = await start(module as never, { logLevel: 'silent', ...options, port: 0 });
      servers.push(server);
      ours[name] = (server.address() as AddressInfo).port;
    }
  });

  after(() => {
    child.disconnect();
    for (const server of servers) server.close();
  });

  async function both({ name, variant = 'plain', headers, ...question }: Case): Promise<[Answer, Answer]> {
    const asked = { ...question, headers: { ...headers, 'x-case': encodeURIComponent(name) } };
    return Promise.all([ask(theirs[variant]!, asked), ask(ours[variant]!, asked)]);
  }

  for (const [group, list] of Object.entries(cases)) {
    describe(group, () => {
      for (const one of list) {
        it(one.deviates ? `${one.name}; otherwise than there: ${one.deviates.because}` : one.name, async () => {
          const [original, own] = await both(one);
          if (one.deviates) {
            expect(original).to.deep.include(one.deviates.original);
            expect(own).to.deep.include(one.deviates.ours);
            expect(own).not.to.deep.equal(original);
          } else {
            expect(own).to.deep.equal(original);
          }
        });
      }
    });
  }

  it('gives the replies of a batch in the order of its events', async () => {
    const one = cases.events.find(({ name }) => name.startsWith('a batch: each event once'))!;
    const [, { status, headers, body }] = await both(one);
    expect([status, headers['content-type']]).to.deep.equal([200, 'application/cloudevents-batch+json; charset=utf-8']);
    const replies = JSON.parse(body) as { id: string; data: { got: unknown; before: number } }[];
    expect(replies.map(({ id, data }) => [id, data.got])).to.deep.equal([
      ['re-a', 1],
      ['re-b', 0],
    ]);
    expect(replies[1]!.data.before - replies[0]!.data.before).to.equal(2);
  });

  it('takes care of any value that a function may return', async () => {
    const primitive = fc.oneof(
      fc.constantFrom(undefined, null, 0, false, '', true, Number.NaN, -0),
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.double(),
      fc.uint8Array().map(bytes => Buffer.from(bytes)),
    );
    const type = fc.constantFrom(
      'text/plain',
      'text/html',
      'application/json',
      'application/x+json; charset=x',
      '',
      undefined,
    );
    const header = fc.constantFrom('x-a', 'X-B', 'Access-Control-Allow-Origin');
    const name = fc.constantFrom('content-type', 'Content-Type');
    const text = fc.stringMatching(/^[a-z0-9 ]{0,8}$/);
    const structured = (body: fc.Arbitrary<unknown>) =>
      fc.record(
        {
          statusCode: fc.oneof(
            fc.integer({ min: 200, max: 599 }),
            fc.constantFrom(0, null, undefined, '201', 'x', 600),
          ),
          headers: fc.oneof(
            fc.constantFrom(null, undefined, 'x', 5),
            fc.dictionary(header, fc.oneof(text, fc.integer(), fc.constant(undefined))).chain(rest =>
              fc.oneof(
                fc.constant(rest),
                fc.tuple(name, type).map(([key, value]) => ({ ...rest, [key]: value })),
              ),
            ),
          ),
          body,
        },
        { requiredKeys: [] },
      );
    const nested = fc.oneof(primitive, fc.jsonValue(), fc.dictionary(fc.string(), primitive), structured(primitive));
    const value = fc.oneof(nested, structured(nested), structured(structured(nested)));
    await fc.assert(
      fc.asyncProperty(value, async returned => {
        const body = serialize(returned).toString('base64');
        const question = { body, headers: { 'content-type': 'text/plain' } };
        const [original, own] = await Promise.all([ask(theirs.plain!, question), ask(ours.plain!, question)]);
        expect(own).to.deep.equal(original);
      }),
      { numRuns: 1500 },
    );
  });
});
