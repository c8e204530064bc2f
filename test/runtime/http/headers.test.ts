/** Routes that take and give headers, and all methods there are: uploads that go on where they broke off, in a few lines. */
import { expect } from 'chai';
import Type from 'typebox';
import { type Binding, on } from '#runtime/contract/service.js';
import { http } from '#runtime/contract/trigger.js';
import { define } from '../core/workbench.js';
import { answerTo, type Stage, stage } from './bytes/stage.js';

const Offset = Type.Integer({ minimum: 0 });
const about = { access: 'nobody', needs: [], summary: 'Of an upload.' } as const;
const ById = Type.Object({ id: Type.String() }, { additionalProperties: false });

const Nested = Type.Object({ offset: ById });

describe('headers of a route', () => {
  let the: Stage;
  let seen: unknown[];
  const sizes = new Map<string, number>();

  const create = define.single({
    ...about,
    name: 'create',
    input: Type.Object(
      { length: Type.Integer(), metadata: Type.Optional(Type.String()), note: Type.Optional(Type.String()) },
      { additionalProperties: false },
    ),
    output: { created: Type.Object({ at: Type.String(), note: Type.Optional(Type.String()) }) },
    handle: (_, { data }) => {
      seen.push(data);
      sizes.set('7', 0);
      const { note } = data;
      return { status: 'created', reply: { at: '/uploads/7', ...(note !== undefined && { note }) } };
    },
  });
  const append = define.single({
    ...about,
    name: 'append',
    input: Type.Object({ id: Type.String(), offset: Offset }, { additionalProperties: false }),
    output: { ok: Type.Object({ offset: Offset }) },
    async handle({ body }, { data: { id, offset, ...more } }) {
      seen.push({ id, offset, ...more });
      let size = offset;
      for await (const chunk of body?.bytes ?? []) size += chunk.length;
      sizes.set(id, size);
      return { reply: { offset: size } };
    },
  });
  const howFar = define.single({
    ...about,
    name: 'howFar',
    input: ById,
    output: { ok: Type.Object({ offset: Offset, length: Type.Optional(Offset) }) },
    handle: (_, { data: { id } }) => ({ reply: { offset: sizes.get(id) ?? 0 } }),
  });
  const read = define.single({
    ...about,
    name: 'read',
    input: ById,
    content: 'text/plain',
    output: { ok: Type.Object({ kept: Type.String(), size: Type.Integer() }) },
    handle: () => ({
      content: { type: 'text/plain', bytes: Buffer.from('text') },
      reply: { kept: 'public, max-age=60', size: 4 },
    }),
  });
  const drop = define.single({
    ...about,
    name: 'drop',
    input: Type.Object({ id: Type.String(), force: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
    handle: (_, { data }) => {
      seen.push(data);
      return {};
    },
  });
  const capable = define.single({
    ...about,
    name: 'capable',
    input: Type.Object({}, { additionalProperties: false }),
    output: { ok: Type.Object({ version: Type.String(), resumable: Type.Boolean() }) },
    handle: () => ({ reply: { version: '1.0.0', resumable: true } }),
  });
  const careless = define.single({
    ...capable,
    name: 'careless',
    handle: () => ({ reply: { version: 'a\r\nb: c', resumable: true } }),
  });

  const offset = { offset: 'Upload-Offset' } as const;
  const bindings: Binding[] = [
    on(
      http.post('/uploads', {
        requestHeaders: { length: 'Upload-Length', metadata: 'Upload-Metadata' },
        responseHeaders: { at: 'Location' },
      }),
      create,
    ),
    on(
      http.head('/uploads/:id', { responseHeaders: { ...offset, length: 'Upload-Length' }, statuses: { ok: 200 } }),
      howFar,
    ),
    on(
      http.patch('/uploads/:id', { body: 'bytes', maxBytes: 100, requestHeaders: offset, responseHeaders: offset }),
      append,
    ),
    on(http.get('/uploads/:id', { responseHeaders: { kept: 'Cache-Control', size: 'X-Size' } }), read),
    on(http.delete('/uploads/:id', { requestHeaders: { force: 'X-Force' } }), drop),
    on(http.options('/uploads', { responseHeaders: { version: 'Tus-Version' } }), capable),
    on(http.get('/careless', { responseHeaders: { version: 'Tus-Version' } }), careless),
  ];

  beforeEach(async () => {
    seen = [];
    sizes.clear();
    the = await stage({ more: bindings });
  });
  afterEach(() => the.close());

  const ask = (method: string, path: string, headers: Record<string, string | number> = {}, body = '') =>
    answerTo(the.ask(method, path, headers).end(body));
  const json = { 'content-type': 'application/json' };
  const faultOf = ({ text }: { text: string }) =>
    (JSON.parse(text) as { errors?: { path: string }[] }).errors?.[0]?.path;

  it('that it names are members of the data, as the schema has them, and no others are', async () => {
    await ask('POST', '/uploads', { ...json, 'upload-length': 12, 'upload-metadata': 'name YQ==', 'x-other': 1 }, '{}');
    await ask('PATCH', '/uploads/7', { 'Upload-Offset': 3 }, 'bytes');
    await ask('DELETE', '/uploads/7', { 'x-force': 'true' });
    expect(seen).to.deep.equal([
      { length: 12, metadata: 'name YQ==' },
      { id: '7', offset: 3 },
      { id: '7', force: true },
    ]);
  });

  it('that are missing, or not what the schema wants, are refused by the name of the member', async () => {
    const wrong = [{}, { 'upload-offset': '' }, { 'upload-offset': '-1' }, { 'upload-offset': '0x10' }];
    for (const headers of wrong) {
      const answer = await ask('PATCH', '/uploads/7', headers, 'bytes');
      expect(answer.status, JSON.stringify(headers)).to.equal(400);
      expect(faultOf(answer)).to.equal('/offset');
    }
    expect(seen).to.deep.equal([]);
  });

  it('come from nowhere else', async () => {
    const inQuery = await ask('PATCH', '/uploads/7?offset=3', { 'upload-offset': 3 }, 'bytes');
    const inBody = await ask('POST', '/uploads', { ...json, 'upload-length': 12 }, '{"length":13}');
    expect([inQuery.status, faultOf(inQuery)]).to.deep.equal([400, '/offset']);
    expect([inBody.status, faultOf(inBody)]).to.deep.equal([400, '/length']);
  });

  it('are taken out of the reply: what is left is the body, and nothing is no body', async () => {
    const made = await ask('POST', '/uploads', { ...json, 'upload-length': 12 }, '{"note":"mine"}');
    expect([made.status, made.headers.location, made.text]).to.deep.equal([201, '/uploads/7', '{"note":"mine"}']);
    const bare = await ask('POST', '/uploads', { 'upload-length': 12 });
    expect([bare.status, bare.headers.location, bare.text]).to.deep.equal([201, '/uploads/7', '']);
    const sent = await ask('PATCH', '/uploads/7', { 'upload-offset': 0 }, 'bytes');
    expect([sent.status, sent.headers['upload-offset'], sent.text]).to.deep.equal([204, '5', '']);
  });

  it('are answered to HEAD by a route of its own, with the status that it names, or by that of GET', async () => {
    await ask('PATCH', '/uploads/7', { 'upload-offset': 0 }, 'bytes');
    const own = await ask('HEAD', '/uploads/7');
    expect([own.status, own.headers['upload-offset']]).to.deep.equal([200, '5']);
    expect(own.headers).not.to.have.property('upload-length');
    the.give = () => ({ type: 'text/plain', bytes: Buffer.from('file') });
    const gets = await ask('HEAD', '/files/1');
    expect([gets.status, gets.headers['content-length']]).to.deep.equal([200, '4']);
    expect((await ask('HEAD', '/nowhere')).status).to.equal(404);
  });

  it('are answered to OPTIONS', async () => {
    const { status, headers, text } = await ask('OPTIONS', '/uploads');
    expect([status, headers['tus-version'], text]).to.deep.equal([200, '1.0.0', '{"resumable":true}']);
    expect((await ask('OPTIONS', '/uploads/7')).status).to.equal(404);
  });

  it('go along with content, and replace what every answer says', async () => {
    const { status, headers, text } = await ask('GET', '/uploads/7');
    expect([status, text, headers['x-size'], headers['cache-control']]).to.deep.equal([
      200,
      'text',
      '4',
      'public, max-age=60',
    ]);
    expect(headers['x-content-type-options']).to.equal('nosniff');
    const part = await ask('GET', '/uploads/7', { range: 'bytes=1-2' });
    expect([part.status, part.text, part.headers['x-size']]).to.deep.equal([206, 'ex', '4']);
  });

  it('with a line break in them are a defect, and split no answer', async () => {
    const { status, headers } = await ask('GET', '/careless');
    expect(status).to.equal(500);
    expect(headers).not.to.have.property('b');
    expect(the.defects).to.have.lengthOf(1);
  });

  it('are neither credentials nor framing, and have names', () => {
    for (const name of ['Authorization', 'cookie', 'a b', '']) {
      expect(() => http.get('/x', { requestHeaders: { it: name } }), name).to.throw(
        'not a header that a route may name',
      );
    }
    for (const name of ['Content-Length', 'transfer-encoding', 'x:y']) {
      expect(() => http.get('/x', { responseHeaders: { it: name } }), name).to.throw(
        'not a header that a route may name',
      );
    }
  });

  it('are held to the function by the compiler', () => {
    // @ts-expect-error it takes no `offsets`
    on(http.head('/x/:id', { requestHeaders: { offsets: 'Upload-Offset' } }), howFar);
    // @ts-expect-error it replies no `at`
    on(http.head('/x/:id', { responseHeaders: { at: 'Location' } }), howFar);
    const nested = define.single({ ...about, name: 'nested', input: ById, output: { ok: Nested }, handle: () => ({}) });
    // @ts-expect-error its `offset` is more than a line can say
    on(http.get('/x/:id', { responseHeaders: { offset: 'Upload-Offset' } }), nested);
  });
});
