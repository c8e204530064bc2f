/** The API's documents: valid by the official schemas, complete, and true to themselves. */
import { readFile } from 'node:fs/promises';
import specs from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import Type from 'typebox';
import { single } from '#functions/define.js';
import { ChatId, strictObject } from '#functions/domain/text.js';
import { about } from '#functions/services/about.js';
import { all } from '#functions/services/all.js';
import { on } from '#runtime/contract/service.js';
import { http, socket } from '#runtime/contract/trigger.js';
import { asyncapi } from '#runtime/describe/asyncapi.js';
import { openapi } from '#runtime/describe/openapi.js';
import { type AsyncDocument, exchanges, type OpenDocument, operationsIn } from '../../support/documents.js';
import { faults } from '../../support/json-schema.js';

const rest = openapi(all, about) as unknown as OpenDocument;
const live = asyncapi(all, about) as unknown as AsyncDocument;

/** What `http/listener.ts` answers in every image. */
const EVERY_IMAGE = [
  'GET /health/liveness',
  'GET /health/readiness',
  'GET /health',
  'GET /metrics',
  'POST /',
  'OPTIONS /',
];

/** Every reference in it, and where none leads. */
function lost(document: object): string[] {
  const missing: string[] = [];
  const find = (ref: string) =>
    ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
  JSON.stringify(document, (name, value) => {
    if (name === '$ref' && find(value) === undefined) missing.push(value);
    return value;
  });
  return missing;
}

/** Where schemas of objects stand that are no components, or say another name than theirs. */
function anonymous(document: AsyncDocument | OpenDocument): string[] {
  const found: string[] = [];
  const named = new Set<unknown>(Object.values(document.components.schemas));
  for (const [name, schema] of Object.entries(document.components.schemas))
    if ((schema as { title?: string }).title !== name) found.push(name);
  const look = (at: unknown, path: string): void => {
    if (typeof at !== 'object' || at === null) return;
    if ((at as { type?: unknown }).type === 'object' && !named.has(at)) found.push(path);
    for (const [key, value] of Object.entries(at))
      if (!['const', 'example', 'examples', 'value'].includes(key)) look(value, `${path}/${key}`);
  };
  look(document, '');
  return found;
}

describe('the OpenAPI document', () => {
  it('is valid by the official schema of its version', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(rest));
    expect(errors).to.equal(undefined);
    expect(valid).to.equal(true);
    expect(rest.openapi).to.match(/^3\.1\./);
    expect(lost(rest)).to.deep.equal([]);
  });

  it('has every route of the images and what every image answers, and nothing else', () => {
    const routes = all.bindings.flatMap(({ trigger }) =>
      trigger.kind === 'http' ? [`${trigger.method} ${trigger.path.replace(/:(\w+)/g, '{$1}')}`] : [],
    );
    const told = operationsIn(rest).map(({ method, path }) => `${method} ${path}`);
    expect(told).to.have.members([...routes, ...EVERY_IMAGE]);
  });

  it('has every type of event that the images take over HTTP', () => {
    const types = all.bindings.flatMap(({ trigger }) => (trigger.kind === 'event' ? [trigger.type] : []));
    const { examples } = operationsIn(rest).find(({ id }) => id === 'receiveEvent')!;
    expect(examples.map(({ type }) => type)).to.have.members(types);
  });

  it("has every mode of CloudEvents' HTTP binding, whoever sends it, and every answer", () => {
    const { parameters, body, responses, open } = operationsIn(rest).find(({ id }) => id === 'receiveEvent')!;
    const modes = ['application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json'];
    expect(body.map(({ type }) => type)).to.deep.equal(modes);
    expect(responses.filter(({ status }) => status === '200').map(({ type }) => type)).to.deep.equal(modes);
    expect(parameters.map(({ name }) => name)).to.include.members(['ce-specversion', 'ce-id', 'ce-source', 'ce-type']);
    expect([...new Set(responses.map(({ status }) => status))]).to.have.members(
      '200 204 400 401 404 413 415 422 429 500 503'.split(' '),
    );
    expect(open).to.equal(false);
    expect(rest.paths['/']!.post!.security).to.deep.equal([{ eventsToken: [] }, {}]);
    expect(rest.components.securitySchemes).to.have.property('eventsToken');
  });

  it('has a name for every object', () => expect(anonymous(rest)).to.deep.equal([]));

  it('has a tag and a sentence for every operation, and a name that no other has', () => {
    const operations = operationsIn(rest);
    expect(new Set(operations.map(({ id }) => id)).size).to.equal(operations.length);
    for (const { id, tags, summary } of operations) {
      expect(tags, id).to.have.length(1);
      expect(rest.tags.map(({ name }) => name)).to.include(tags[0]);
      expect(summary).to.match(/^[A-Z].*\.$/);
    }
  });

  it('has examples of all that is sent and answered, which fit its own schemas', () => {
    for (const { id, body, parameters, responses } of operationsIn(rest)) {
      for (const { name, schema, example, required } of parameters) {
        if (required) expect(example, `${id} ${name}`).not.to.equal(undefined);
        if (example !== undefined) expect(faults(schema, example, rest), `${id} ${name}`).to.deep.equal([]);
      }
      for (const { status, type, schema, examples } of [...body, ...responses]) {
        if (type.includes('json')) expect(examples, `${id} ${status}`).not.to.deep.equal([]);
        for (const example of examples) expect(faults(schema, example, rest), `${id} ${status}`).to.deep.equal([]);
      }
    }
  });

  it('asks for a token where the function asks who calls, and says how it refuses', () => {
    const codes = Object.fromEntries(
      operationsIn(rest).map(({ id, open, responses }) => [
        id,
        { open, statuses: responses.map(({ status }) => status) },
      ]),
    );
    expect(codes.register).to.deep.equal({
      open: true,
      statuses: ['201', '400', '403', '409', '413', '415', '429', '503', 'default'],
    });
    expect(codes.getProfile).to.deep.equal({
      open: false,
      statuses: ['200', '400', '401', '404', '429', '503', 'default'],
    });
    expect(codes.logout?.statuses).to.include('204');
    expect(codes.postMessage?.statuses).to.include.members(['201', '202', '403', '404']);
  });
});

it('the documents of the API have the version of the package', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  expect([(rest as unknown as { info: object }).info, (live as unknown as { info: object }).info]).to.satisfy(
    (infos: { version: string }[]) => infos.every(info => info.version === version),
  );
});

describe('the AsyncAPI document', () => {
  it('is valid by the official schema of its version', () => {
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
      specs.schemasWithoutId[live.asyncapi as '3.0.0'] as object,
    );
    validate(live);
    expect(validate.errors).to.equal(null);
    expect(live.asyncapi).to.match(/^3\./);
    expect(lost(live)).to.deep.equal([]);
  });

  it('has a name for every object', () => expect(anonymous(live)).to.deep.equal([]));

  it('has every event that clients send or hear, and every queue, and nothing else', () => {
    const told = exchanges(live).map(({ kind, name }) => `${kind} ${name}`);
    const sent = all.bindings.flatMap(({ trigger }) => (trigger.kind === 'socket' ? [`sent ${trigger.event}`] : []));
    const heard = [...Object.keys(all.serverEvents ?? {}), 'auth:expired', 'server:draining'].map(
      name => `heard ${name}`,
    );
    const queued = all.queues.map(({ name, partitions }) => `queued ${name}${partitions > 0 ? '.{partition}' : ''}`);
    const facts = (all.facts?.facts ?? []).map(({ type }) => `announced ${type}.{slot}`);
    expect(facts).to.include('announced minitelegram.message.stored.v1.{slot}');
    expect(told).to.have.members([...sent, ...heard, ...queued, ...facts]);
  });

  it('names the partitions that there are', () => {
    const channel = live.channels['chat.messages'] as { parameters: { partition: { enum: string[] } } };
    expect(channel.parameters.partition.enum).to.have.length(8);
  });

  it('has examples that fit its own schemas, and no other message of their channel', () => {
    for (const { id, message, siblings } of exchanges(live)) {
      for (const { payload, examples } of [message, ...siblings]) {
        expect(examples, id).not.to.deep.equal([]);
        for (const example of examples) expect(faults(payload, example.payload, live), id).to.deep.equal([]);
      }
      for (const { payload } of siblings)
        expect(faults(payload, message.examples[0]?.payload, live), id).not.to.deep.equal([]);
    }
  });
});

describe('a document', () => {
  const fn = { name: 'suspect', access: 'public', needs: [], summary: 'Is up to something.' } as const;
  const handle = () => ({});
  const withFn = (given: object) => ({
    ...all,
    bindings: [on(http.post('/v1/suspect'), { ...single({ ...fn, input: strictObject({}), handle }), ...given })],
  });

  it('tells of bytes that are taken and given, and of everything that is answered to who asks for a part', async () => {
    const given = single({ ...fn, input: strictObject({ id: ChatId }), content: 'image/*', handle });
    const taken = { body: 'bytes', maxBytes: 2_000, type: 'image/png' } as const;
    const image = { ...all, bindings: [on(http.put('/v1/suspect/:id', taken), given)] };
    const told = openapi(image, about) as unknown as OpenDocument;
    expect((await new Validator().validate(structuredClone(told))).errors).to.equal(undefined);
    const { parameters, body, responses } = operationsIn(told).find(({ id }) => id === 'suspect')!;
    expect(parameters.map(({ name, in: where }) => `${where} ${name}`)).to.deep.equal(['path id']);
    expect(body.map(({ type }) => type)).to.deep.equal(['image/png']);
    const whole = responses.filter(({ type }) => type === 'image/*').map(({ status }) => status);
    expect(whole).to.deep.equal(['200', '206']);
    expect(responses.map(({ status }) => status)).to.include.members(['304', '412', '413', '415', '416']);
  });

  it('tells of a raw route what it takes, and that its answers are those of its protocol', async () => {
    const paint = single({
      ...{
        name: 'paint',
        access: 'user',
        needs: [],
        summary: 'Paints.',
        handle: () => ({ response: { status: 204 } }),
      },
      input: strictObject({ chatId: ChatId }),
      refuses: ['conflict'],
    });
    const bindings = [on(http.raw('PATCH', '/v1/wall/:chatId', { maxBytes: 7 }), paint)];
    const told = openapi({ ...all, bindings: [...bindings, on(http.raw('HEAD', '/v1/wall/:chatId'), paint)] }, about);
    const document = told as unknown as OpenDocument;
    expect((await new Validator().validate(structuredClone(document))).errors).to.equal(undefined);
    const of = (method: string) => operationsIn(document).find(op => op.id === 'paint' && op.method === method)!;
    const statuses = (method: string) => of(method).responses.map(({ status }) => status);
    expect(of('PATCH').body.map(({ type }) => type)).to.deep.equal(['application/octet-stream']);
    expect(statuses('PATCH')).to.include.members(['2XX', '409', '413']);
    expect(of('HEAD').body).to.deep.equal([]);
    expect(statuses('HEAD')).not.to.include('413');
  });

  it('tells of headers that are taken and given, and of what is left for the body', async () => {
    const Made = Type.Object(
      { at: Type.String({ examples: ['/v1/suspect/7'] }), size: Type.Integer({ examples: [7] }) },
      { title: 'Made', examples: [{ at: '/v1/suspect/7', size: 7 }] },
    );
    const input = strictObject({ length: Type.Integer({ examples: [7] }), note: Type.Boolean() });
    const maker = single({
      ...fn,
      input,
      output: { created: Made, ok: Type.Object({ at: Made.properties.at }) },
      handle,
    });
    const trigger = http.post('/v1/suspect', {
      requestHeaders: { length: 'Upload-Length' },
      responseHeaders: { at: 'Location' },
    });
    const told = openapi({ ...all, bindings: [on(trigger, maker)] }, about) as unknown as OpenDocument;
    expect((await new Validator().validate(structuredClone(told))).errors).to.equal(undefined);
    const { parameters, body, responses } = operationsIn(told).find(({ id }) => id === 'suspect')!;
    expect(parameters.map(({ name, in: where }) => `${where} ${name}`)).to.deep.equal(['header Upload-Length']);
    expect(body.map(({ examples }) => examples)).to.deep.equal([[{ note: true }]]);
    const operation = (told as unknown as { paths: Record<string, { post: { responses: object } }> }).paths[
      '/v1/suspect'
    ]!;
    expect(operation.post.responses).to.have.nested.property('201.headers.Location.required', true);
    expect(operation.post.responses).to.have.nested.property('204.headers.Location');
    expect(operation.post.responses).not.to.have.nested.property('204.content');
    expect(responses.find(({ status }) => status === '201')?.examples).to.deep.equal([{ size: 7 }]);
  });

  it('is not made of a text that has no example', () => {
    expect(() => openapi(withFn({ input: strictObject({ word: Type.String() }) }), about)).to.throw(
      /no example for .*string/,
    );
  });

  it('is not made of two schemas with one name', () => {
    const input = strictObject({
      one: Type.Boolean({ title: 'Thing' }),
      other: Type.Array(Type.Boolean(), { title: 'Thing' }),
    });
    expect(() => openapi(withFn({ input }), about)).to.throw('two schemas are called Thing');
  });

  it('is not made of an access level that the guard does not know', () => {
    expect(() => openapi(withFn({ access: 'friend' }), about)).to.throw('suspect asks for friend, which is no level');
  });

  it('says of a function without an answer that there is none', () => {
    const image = { ...all, queues: [], bindings: [on(socket('suspect'), withFn({}).bindings[0]!.fn)] };
    const told = asyncapi(image, about) as unknown as AsyncDocument;
    const { siblings } = exchanges(told).find(({ name }) => name === 'suspect')!;
    expect(siblings[0]?.examples).to.deep.equal([{ payload: { ok: true, data: {} } }]);
  });
});
