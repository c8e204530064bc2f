/**
 * Uploads by the tus protocol: the package's server, over one of its stores. What is added: checksums, which it lacks; locks
 * that hold across processes; the end of a body that breaks off, without which the package would wait for ever; and refusals
 * as the runtime tells them.
 */
import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type DataStore, ERRORS, Server } from '@tus/server';
import type { Body } from '../../contract/bytes.js';
import { Failure } from '../../contract/failure.js';
import type { Leases, Taken, UploadOf, Uploads } from '../../contract/ports/uploads.js';
import type { RawRequest, RawResponse } from '../../contract/raw.js';
import { answered, refused, storeFailure } from './answers.js';
import { passing } from './body.js';
import { ALGORITHM, announcedChecksum, putAside } from './checksum.js';
import { type HeldLock, LEASE_TIMES, leaseLocks, lockUnless } from './lease.js';
import { parseMetadata, writeMetadata } from './metadata.js';

export interface UploadStore {
  readonly store: DataStore;
  /** All bytes of one. */
  read(id: string): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
  /** What the names of uploads begin with in the store. */
  readonly prefix?: string;
  /** Also of one that is whole, or not there. */
  remove(id: string): Promise<void>;
  /** Ids, ascending. */
  list(after: string | undefined, limit: number): Promise<readonly string[]>;
  /** Where a store in trouble says that an upload is not there: rejects unless it is certain that it is not. */
  absent?(id: string): Promise<void>;
  /** Where the bytes of an upload may all be there and not be one yet: makes them one. */
  join?(id: string): Promise<void>;
}

interface Asked {
  readonly upload: UploadOf;
  lock?: HeldLock;
  thrown?: unknown;
  size?: number;
}

/** How long who is to stop writing may go on with what they have in hand. */
const DRAIN_MS = 300;
const VERSION = '1.0.0';
/** What the package looks at. */
const HEADERS = /^(?:tus-resumable|upload-.*|content-type|content-length)$/;

/**
 * `path` is that of the routes, `maxBytes` what is told of any upload.
 *
 * @example
 * import { fileUploads } from 'function-runtime/drivers/tus/files';
 * import { tusUploads } from 'function-runtime/drivers/tus/uploads';
 *
 * const open = async (leases: Leases): Promise<Uploads> =>
 *   tusUploads({ store: await fileUploads('/var/lib/uploads', 86_400_000), leases, path: '/v1/uploads', maxBytes: 1_000_000 });
 */
export function tusUploads(options: {
  readonly store: UploadStore;
  readonly leases: Leases;
  readonly path: string;
  readonly maxBytes: number;
  /** Of leases, for tests. */
  readonly times?: typeof LEASE_TIMES;
}): Uploads {
  const { path, maxBytes } = options;
  const { store, prefix = '', read, remove, list, absent = async () => {}, join } = options.store;
  const locks = leaseLocks(options.leases, options.times ?? LEASE_TIMES);
  const asked = new WeakMap<Request, Asked>();
  const of = (request: unknown): Asked => asked.get(request as Request) as Asked;
  const locationOf = (name: string): string => `${path}/${name}`;

  const server = new Server({
    datastore: store,
    path,
    namingFunction: request => prefix + of(request).upload.name,
    getFileIdFromRequest: request => prefix + of(request).upload.name,
    generateUrl: request => locationOf(of(request).upload.name),
    maxSize: request => of(request).upload.maxBytes,
    lockDrainTimeout: DRAIN_MS,
    locker: request => ({
      newLock(id: string) {
        const lock = locks(id.slice(prefix.length));
        of(request).lock = lock;
        // Made twice, the package would empty what has come meanwhile.
        return request.method === 'POST' ? lockUnless(lock, async () => (await howFar(id)) !== undefined) : lock;
      },
    }),
    async onUploadFinish(request, { size = 0 }) {
      of(request).size = size;
      return {};
    },
    onResponseError(request, thrown) {
      of(request).thrown = thrown;
      return undefined;
    },
  });

  async function howFar(id: string): Promise<{ readonly offset: number; readonly size?: number } | undefined> {
    try {
      const { offset, size } = await store.getUpload(id);
      return { offset, ...(size !== undefined && { size }) };
    } catch (thrown) {
      if (thrown !== ERRORS.FILE_NOT_FOUND && thrown !== ERRORS.FILE_NO_LONGER_EXISTS) throw storeFailure(thrown);
      await surelyAbsent(id);
      return undefined;
    }
  }

  const surelyAbsent = (id: string): Promise<void> =>
    absent(id).catch(cause => {
      throw storeFailure(cause);
    });

  async function ask(
    request: RawRequest,
    about: Asked,
    body?: AsyncIterable<Uint8Array>,
    size?: number,
  ): Promise<RawResponse> {
    const headers = new Headers(Object.entries(request.headers).filter(([name]) => HEADERS.test(name)));
    if (size !== undefined) headers.set('content-length', String(size));
    const { method } = request;
    const sent = new Request(`http://uploads${locationOf(about.upload.name)}`, {
      ...{ method, headers },
      ...(body && { body: body as unknown as ReadableStream, duplex: 'half' as const }),
    });
    asked.set(sent, about);
    const response = await server.handleWeb(sent);
    return answered(response, await response.text(), about.thrown);
  }

  /** Everything that is thrown on the way is a Failure. */
  async function carriedOut(request: RawRequest, upload: UploadOf, body: Body | undefined): Promise<Taken> {
    const { method, headers } = request;
    const takesBytes = (method === 'PATCH' || method === 'POST') && headers['content-type'] !== undefined;
    if (!takesBytes || !body) {
      const about: Asked = { upload };
      const response = await ask(request, about);
      // Nothing was written, and a store may have no object for that.
      if (method === 'POST' && about.size === 0) await store.write(Readable.from([]), prefix + upload.name, 0);
      return wholeOf(response, about.size);
    }
    const announced = announcedChecksum(headers['upload-checksum']);
    if (announced === undefined) return pass(request, body, upload);
    const aside = await putAside(body.bytes);
    try {
      if (aside.sha256 !== announced) return { response: refused(460, 'the checksum is another than announced') };
      return await pass(request, { ...body, bytes: aside.read(), length: aside.size }, upload);
    } finally {
      await aside.drop();
    }
  }

  async function pass(request: RawRequest, body: Body, upload: UploadOf): Promise<Taken> {
    const about: Asked = { upload };
    const through = passing(body, () => about.lock?.held !== false);
    try {
      const response = await ask(request, about, through.bytes, body.length);
      const { failure } = through;
      // What stops coming is kept as far as it came; a caller who may not any more hears that, and finishes nothing.
      if (failure && failure.code !== 'invalid') throw failure;
      const fromStart = request.method === 'POST' || request.headers['upload-offset'] === '0';
      const { sha256, size } = through.digest();
      return wholeOf(response, about.size, fromStart && size === about.size ? sha256 : undefined);
    } finally {
      // Not waited for: it comes after what did not come.
      void through.bytes.return(undefined);
    }
  }

  return {
    async take(request, upload, body) {
      if (speaksOther(request)) return { response: OTHER_VERSION };
      if (request.headers['upload-concat'] !== undefined)
        throw new Failure('invalid', 'Upload-Concat: uploads are not concatenated here', {
          errors: [{ path: '/Upload-Concat', message: 'is not known' }],
        });
      try {
        return await carriedOut(request, upload, body);
      } catch (thrown) {
        const failure = storeFailure(thrown);
        if (failure.code === 'not_found') await surelyAbsent(prefix + upload.name);
        throw failure;
      }
    },
    asked(request) {
      if (speaksOther(request)) return { refused: OTHER_VERSION };
      return { metadata: parseMetadata(request.headers['upload-metadata']) };
    },
    options: () => ({
      status: 204,
      headers: {
        'tus-version': VERSION,
        'tus-extension': [...store.extensions, 'checksum'].join(','),
        'tus-checksum-algorithm': ALGORITHM,
        'tus-max-size': String(maxBytes),
      },
    }),
    begun: (name, offset) => ({
      status: 201,
      headers: { location: locationOf(name), 'upload-offset': String(offset) },
    }),
    settled({ method, headers }, size, metadata) {
      const offset = { 'upload-offset': String(size) };
      if (method !== 'HEAD') {
        if (headers['upload-offset'] === String(size)) return { status: 204, headers: offset };
        throw new Failure('conflict', `all ${size} bytes are there`);
      }
      const written = writeMetadata(metadata);
      const told = { ...offset, 'upload-length': String(size), 'cache-control': 'no-store' };
      return { status: 200, headers: written === '' ? told : { ...told, 'upload-metadata': written } };
    },
    gone: () => refused(410, 'this upload is no more'),
    find: name => howFar(prefix + name),
    async look(name, bytes, known) {
      const hash = known === undefined ? createHash('sha256') : undefined;
      const head: Uint8Array[] = [];
      let size = 0;
      try {
        await join?.(prefix + name);
        for await (const chunk of await read(prefix + name)) {
          if (size < bytes) head.push(chunk.subarray(0, bytes - size));
          size += chunk.length;
          if (hash) hash.update(chunk);
          else if (size >= bytes) break;
        }
      } catch (thrown) {
        throw storeFailure(thrown);
      }
      return { sha256: known ?? (hash as Hash).digest('hex'), head: Buffer.concat(head) };
    },
    remove: name =>
      remove(prefix + name).catch(thrown => {
        throw storeFailure(thrown);
      }),
    async list(after, limit) {
      try {
        const ids = await list(after === undefined ? undefined : prefix + after, limit);
        return ids.map(id => id.slice(prefix.length));
      } catch (thrown) {
        throw storeFailure(thrown);
      }
    },
  };
}

const speaksOther = ({ headers }: RawRequest): boolean => headers['tus-resumable'] !== VERSION;
const OTHER_VERSION = refused(412, `Tus-Resumable must be ${VERSION}`, { 'tus-version': VERSION });

/** The package tells of the end when it writes the last byte; `HEAD` tells of it each time. */
function wholeOf(response: RawResponse, finished: number | undefined, sha256?: string): Taken {
  const { 'upload-offset': offset, 'upload-length': length } = response.headers ?? {};
  const size = finished ?? (offset !== undefined && offset === length ? Number(offset) : undefined);
  if (size === undefined) return { response };
  return { response, whole: { size, ...(sha256 !== undefined && { sha256 }) } };
}
