import { expect } from 'chai';
import { FINISHED_MS, UPLOAD_EXPIRES_MS, type Upload } from '#functions/domain/media.js';
import { beginUpload } from '#functions/media/beginUpload.js';
import { continueUpload } from '#functions/media/continueUpload.js';
import { dropUpload } from '#functions/media/dropUpload.js';
import { getUpload } from '#functions/media/getUpload.js';
import { getUploadOptions } from '#functions/media/getUploadOptions.js';
import type { MediaStore } from '#functions/ports/media.js';
import { Failure } from '#runtime/contract/failure.js';
import type { Uploads, WholeUpload } from '#runtime/contract/ports/uploads.js';
import type { RawRequest } from '#runtime/contract/raw.js';
import { NOW, testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

const ANN = uuid(1);
const MEDIA = uuid(1001);
const PNG = 'image/png';
const body = { type: 'application/offset+octet-stream', length: 0, bytes: (async function* () {})() };

const anUpload = (more: Partial<Upload> = {}): Upload => ({
  ...{
    id: MEDIA,
    ownerId: ANN,
    clientId: 'c1',
    kind: 'file',
    state: 'uploading',
    filename: 'a.txt',
    declaredType: null,
  },
  ...{ size: 7, createdAt: NOW, finishedAt: null, attachedAt: null },
  ...more,
});
const finished = (more: Partial<Upload> = {}) => anUpload({ state: 'uploaded', finishedAt: NOW, ...more });

interface Scene {
  /** What is there already under this clientId or id. */
  readonly there?: Upload;
  readonly metadata?: Record<string, string>;
  readonly whole?: WholeUpload;
  readonly status?: number;
  /** How far the store says it is. */
  readonly found?: { offset: number; size?: number };
  readonly refuses?: Failure;
  readonly refusedTypes?: readonly string[];
  readonly headers?: Record<string, string>;
}

function scene({
  there,
  metadata = {},
  whole,
  status = 201,
  found,
  refuses,
  refusedTypes = [],
  headers = {},
}: Scene = {}) {
  const calls: string[] = [];
  let begun: Parameters<MediaStore['begin']>[0] | undefined;
  let done: Parameters<MediaStore['finish']>[0] | undefined;
  const response = { status, headers: { 'upload-offset': '7' } };
  const uploads: Partial<Uploads> = {
    asked: () => ({ metadata }),
    async take({ method }) {
      calls.push(`take ${method}`);
      if (refuses) throw refuses;
      return { response, ...(whole && { whole }) };
    },
    find: async () => found,
    begun: (name, offset) => ({ status: 201, headers: { location: name, 'upload-offset': String(offset) } }),
    settled: (_request, size) => ({ status: 200, headers: { 'upload-offset': String(size) } }),
    gone: () => ({ status: 410 }),
    look: async (_name, _bytes, known = 'read') => ({ sha256: known, head: new Uint8Array([137, 80]) }),
    remove: async name => void calls.push(`remove ${name}`),
    options: () => ({ status: 204, headers: { 'tus-extension': 'creation' } }),
  };
  const media: Partial<MediaStore> = {
    async begin(given) {
      begun = given;
      return there
        ? { upload: there, begun: false }
        : { upload: anUpload({ ...given, size: given.size ?? 50, createdAt: NOW }), begun: true };
    },
    find: async () => there,
    async finish(given) {
      done = given;
      return finished();
    },
    async discard(id) {
      calls.push(`discard ${id}`);
      return !there?.attachedAt;
    },
    refuse: async id => void calls.push(`refuse ${id}`),
    resize: async (_id, size) => void calls.push(`resize ${size}`),
  };
  const ports = somePorts({
    uploads,
    media,
    blobs: { put: async (name, size) => void calls.push(`put ${name} ${size}`) },
    types: { of: async () => PNG, refused: type => refusedTypes.includes(type) },
  });
  const contextOf = (method: string) => {
    const request: RawRequest = { method, url: '/v1/uploads', headers: { 'upload-length': '7', ...headers } };
    return testContext({ ports, caller: { userId: ANN }, request, body });
  };
  return {
    calls,
    context: () => contextOf('PATCH'),
    begun: () => begun,
    done: () => done,
    begin: () => beginUpload.handle(contextOf('POST'), testEvent({})),
    patch: () => continueUpload.handle(contextOf('PATCH'), testEvent({ mediaId: MEDIA })),
    head: () => getUpload.handle(contextOf('HEAD'), testEvent({ mediaId: MEDIA })),
    drop: () => dropUpload.handle(contextOf('DELETE'), testEvent({ mediaId: MEDIA })),
    options: () => getUploadOptions.handle(contextOf('OPTIONS'), testEvent({})),
  };
}

describe('beginUpload', () => {
  it('begins what is said of it, and names its media', async () => {
    const metadata = {
      filename: 'Wände.png',
      filetype: 'image/png',
      clientId: 'c1',
      kind: 'photo',
      relativePath: 'null',
    };
    const { begin, begun, calls } = scene({ metadata });
    expect(await begin()).to.deep.equal({
      response: { status: 201, headers: { 'upload-offset': '7', 'x-media-id': MEDIA } },
    });
    expect(begun()).to.deep.include({
      id: MEDIA,
      ownerId: ANN,
      size: 7,
      filename: 'Wände.png',
      kind: 'photo',
      clientId: 'c1',
    });
    expect(calls).to.deep.equal(['take POST']);
  });

  it('is a file without a name where nothing is said', async () => {
    const { begin, begun } = scene();
    await begin();
    expect(begun()).to.include({ kind: 'file', filename: null, declaredType: null, clientId: null });
  });

  for (const [metadata, path] of [
    [{ kind: 'gif' }, '/kind'],
    [{ filename: 'x'.repeat(256) }, '/filename'],
    [{ filename: 'a\u0000b' }, '/filename'],
    [{ filetype: 'png' }, '/filetype'],
    [{ filetype: `image/${'x'.repeat(200)}` }, '/filetype'],
    [{ clientId: 'x'.repeat(129) }, '/clientId'],
  ] as const) {
    it(`refuses ${JSON.stringify(metadata).slice(0, 40)} by its name`, async () => {
      const { begin, begun } = scene({ metadata });
      const { code, errors } = await failureOf(begin);
      expect([code, errors?.[0]?.path]).to.deep.equal(['invalid', path]);
      expect(begun()).to.equal(undefined);
    });
  }

  for (const length of ['-1', '1.5', '1e3', ' 7', '9999999999999999', '']) {
    it(`refuses the length '${length}'`, async () => {
      const { errors } = await failureOf(scene({ headers: { 'upload-length': length } }).begin);
      expect(errors?.[0]?.path).to.equal('/Upload-Length');
    });
  }

  it('makes media of what comes with it', async () => {
    const { begin, done, calls } = scene({ whole: { size: 7, sha256: 'abc' } });
    expect(await begin()).to.have.nested.property('response.headers.x-media-id', MEDIA);
    expect(calls).to.deep.equal(['take POST', `put abc-${uuid(1002)} 7`, `remove ${MEDIA}`]);
    expect(done()).to.include({ sha256: 'abc', name: `abc-${uuid(1002)}`, size: 7, type: PNG });
  });

  it('answers with the upload that there is under this clientId, and how far it is', async () => {
    const { begin, calls } = scene({ there: anUpload(), found: { offset: 3, size: 7 } });
    expect(await begin()).to.deep.equal({
      response: { status: 201, headers: { location: MEDIA, 'upload-offset': '3', 'x-media-id': MEDIA } },
    });
    expect(calls).to.deep.equal([]);
  });

  it('answers in full for one that is finished, and finishes one that is whole', async () => {
    const headers = { location: MEDIA, 'upload-offset': '7', 'x-media-id': MEDIA };
    expect((await scene({ there: finished() }).begin()).response).to.deep.equal({ status: 201, headers });
    const { begin, done } = scene({ there: anUpload(), found: { offset: 7, size: 7 } });
    expect((await begin()).response).to.deep.equal({ status: 201, headers });
    expect(done()).to.include({ sha256: 'read', size: 7 });
  });

  it('begins again what the store does not have', async () => {
    const { begin, calls } = scene({ there: anUpload() });
    await begin();
    expect(calls).to.deep.equal(['take POST']);
  });

  it('answers with the one that another request under this clientId has made meanwhile', async () => {
    const faster = { status: 423, found: { offset: 3, size: 7 } };
    const { begin, calls } = scene({ ...faster, metadata: { clientId: 'c1' } });
    expect(await begin()).to.deep.equal({
      response: { status: 201, headers: { location: MEDIA, 'upload-offset': '3', 'x-media-id': MEDIA } },
    });
    expect(calls).to.deep.equal(['take POST']);
    expect((await scene({ status: 423, metadata: { clientId: 'c1' } }).begin()).response?.status).to.equal(423);
  });

  it('refuses a clientId that is of an upload of another length', async () => {
    const { code, errors } = await failureOf(scene({ there: anUpload({ size: 8 }) }).begin);
    expect([code, errors?.[0]?.path]).to.deep.equal(['conflict', '/clientId']);
  });

  it('leaves one with a clientId that the store could not begin, for who begins it again, or does so just then', async () => {
    for (const trouble of [{ refuses: new Failure('unavailable', 'full') }, { status: 423 }]) {
      const { begin, calls } = scene({ metadata: { clientId: 'one' }, ...trouble });
      await Promise.resolve()
        .then(begin)
        .catch(() => undefined);
      expect(calls).to.deep.equal(['take POST']);
    }
  });

  it('leaves nothing of one that the store could not begin', async () => {
    const { begin, calls } = scene({ refuses: new Failure('unavailable', 'full') });
    expect((await failureOf(begin)).code).to.equal('unavailable');
    expect(calls).to.deep.equal(['take POST', `discard ${MEDIA}`, `remove ${MEDIA}`]);
  });
});

describe('continueUpload', () => {
  it('goes on, and makes media of what is whole', async () => {
    expect(await scene({ there: anUpload(), status: 204 }).patch()).to.deep.equal({
      response: { status: 204, headers: { 'upload-offset': '7' } },
    });
    const { patch, calls } = scene({ there: anUpload(), status: 204, whole: { size: 7 } });
    await patch();
    expect(calls).to.deep.equal(['take PATCH', `put read-${uuid(1001)} 7`, `remove ${MEDIA}`]);
  });

  it('refuses what is not taken here, and keeps none of it', async () => {
    const { patch, calls, done } = scene({ there: anUpload(), status: 204, whole: { size: 7 }, refusedTypes: [PNG] });
    expect((await failureOf(patch)).code).to.equal('unsupported');
    expect(calls).to.deep.equal(['take PATCH', `refuse ${MEDIA}`, `remove ${MEDIA}`]);
    expect(done()).to.equal(undefined);
  });

  it('sets aside what it is to become, once that is told', async () => {
    const { patch, calls } = scene({ there: anUpload({ size: 50 }), status: 204 });
    await patch();
    expect(calls).to.deep.equal(['take PATCH', 'resize 7']);
  });

  it('is over for what is in use, or finished long ago, or gone, or expired', async () => {
    for (const there of [
      finished({ attachedAt: NOW }),
      finished({ finishedAt: NOW - FINISHED_MS - 1 }),
      anUpload({ state: 'gone' }),
      anUpload({ state: 'refused' }),
      anUpload({ createdAt: NOW - UPLOAD_EXPIRES_MS - 1 }),
    ]) {
      for (const ask of ['patch', 'head'] as const)
        expect(await scene({ there })[ask]()).to.deep.equal({ response: { status: 410 } });
    }
  });

  it('is nobody else’s', async () => {
    for (const ask of ['patch', 'head', 'drop'] as const)
      expect((await failureOf(scene({ there: anUpload({ ownerId: uuid(2) }) })[ask])).code).to.equal('not_found');
    expect((await failureOf(scene().patch)).code).to.equal('not_found');
  });
});

describe('getUpload', () => {
  it('tells in full of what is finished', async () => {
    expect((await scene({ there: finished() }).head()).response).to.deep.equal({
      status: 200,
      headers: { 'upload-offset': '7', 'x-media-id': MEDIA },
    });
  });

  it('finishes what is whole', async () => {
    const { head, done } = scene({ there: anUpload(), status: 200, whole: { size: 7 } });
    await head();
    expect(done()).to.include({ sha256: 'read' });
  });
});

describe('media that are whole', () => {
  const wish = (more: object = {}) => ({
    type: 'minitelegram.media.ready.v1',
    data: { mediaId: MEDIA },
    id: MEDIA,
    ...more,
  });
  const ask = async (kind: Upload['kind'], state: Upload['state'] = 'uploaded') =>
    (await scene({ there: finished({ kind, state }) }).head()).publish;

  it('are looked at: a photo while its sender waits, anything else when it is its turn', async () => {
    expect(await ask('photo')).to.deep.equal([wish()]);
    for (const kind of ['file', 'voice'] as const) expect(await ask(kind)).to.deep.equal([wish({ unanswered: true })]);
  });

  it('are looked at once', async () => {
    expect(await ask('photo', 'ready')).to.equal(undefined);
  });

  it('are answered as they were found, or as they are while nobody has come to them', async () => {
    const response = { status: 204 };
    const settle = (reply?: { state: 'ready' | 'refused' }) =>
      continueUpload.settle?.(scene().context(), testEvent({ mediaId: MEDIA }), {
        outcome: { response },
        ...(reply && { reply }),
      });
    expect(await settle({ state: 'ready' })).to.deep.equal({ response });
    expect(await settle()).to.deep.equal({ response });
    expect(await settle({ state: 'refused' })).to.have.nested.property('failure.code', 'unsupported');
  });
});

describe('dropUpload', () => {
  it('takes an upload back', async () => {
    const { drop, calls } = scene({ there: anUpload() });
    expect(await drop()).to.deep.equal({ response: { status: 204 } });
    expect(calls).to.deep.equal([`discard ${MEDIA}`, `remove ${MEDIA}`]);
  });

  it('keeps what is in use', async () => {
    expect((await failureOf(scene({ there: finished({ attachedAt: NOW }) }).drop)).code).to.equal('conflict');
  });
});

describe('getUploadOptions', () => {
  it('says what there is', async () => {
    expect(await scene().options()).to.deep.equal({
      response: { status: 204, headers: { 'tus-extension': 'creation' } },
    });
  });
});
