/** Begins an upload, or answers the one that the caller has begun under the same name. */
import { Failure, type RawRequest } from 'function-runtime';
import Type from 'typebox';
import { Check } from 'typebox/value';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { MediaKind } from '../domain/attachment.js';
import { mediaReady } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { ClientId, strictObject, text } from '../domain/text.js';
import { isoTime } from '../domain/time.js';
import { dropBytes, finish, lookedAt, requestOf, told } from '../domain/uploads.js';

/** Somebody else is at it. */
const LOCKED = 423;

export const beginUpload = single({
  name: 'beginUpload',
  access: 'user',
  needs: ['media', 'uploads', 'blobs', 'types'],
  limits: [RATES.upload],
  publishes: [mediaReady],
  summary:
    'Begins an upload by tus 1.0, with its first bytes if there are any. `Upload-Metadata`: filename, filetype, clientId, kind.',
  input: strictObject({}),
  refuses: ['conflict', 'too_large', 'unsupported'],
  async handle(context) {
    const { ports, now, newId } = context;
    const request = requestOf(context);
    const asked = ports.uploads.asked(request);
    if ('refused' in asked) return { response: asked.refused };
    const at = isoTime(now);
    const size = lengthOf(request);
    const { upload, begun, expired } = await ports.media.begin({
      ...{ id: newId(), ownerId: callerOf(context).userId, size, at },
      ...saidOf(asked.metadata),
    });
    if (expired !== undefined) await dropBytes(context, expired);
    if (!begun && size !== undefined && size !== upload.size) throw another(upload.size);
    if (upload.state !== 'uploading') return told(upload, ports.uploads.begun(upload.id, upload.size));
    async function asItIs() {
      const found = await ports.uploads.find(upload.id);
      if (!found) return undefined;
      const response = ports.uploads.begun(upload.id, found.offset);
      const whole = found.offset === found.size && { size: found.offset };
      return told(whole ? await finish(context, upload, whole) : upload, response);
    }
    // One that was begun and is not there met a store that was away.
    const before = begun ? undefined : await asItIs();
    if (before) return before;
    // Under a clientId it may be begun once more meanwhile, and go on by way of another gateway: it stays, and is found again.
    const isOnlyOurs = begun && upload.clientId === null;
    try {
      const { response, whole } = await ports.uploads.take(
        request,
        { name: upload.id, maxBytes: upload.size },
        context.body,
      );
      // Another request under the same clientId was faster.
      const meanwhile = response.status === LOCKED && !isOnlyOurs ? await asItIs() : undefined;
      if (meanwhile) return meanwhile;
      if (response.status >= 400 && isOnlyOurs) await ports.media.discard(upload.id, at);
      return told(whole ? await finish(context, upload, whole) : upload, response);
    } catch (thrown) {
      if (!isOnlyOurs || (await ports.uploads.find(upload.id).catch(() => true))) throw thrown;
      await ports.media.discard(upload.id, at);
      await dropBytes(context, upload.id);
      throw thrown;
    }
  },
  settle: (_context, _event, settled) => lookedAt(settled),
});

/** Undefined where it is told later. */
function lengthOf({ headers }: RawRequest): number | undefined {
  const { 'upload-length': length, 'upload-defer-length': later } = headers;
  if (length === undefined && later === '1') return undefined;
  if (later === undefined && /^\d{1,15}$/.test(length ?? '')) return Number(length);
  throw wrong('Upload-Length', 'must be a number of bytes, or Upload-Defer-Length must be 1 instead');
}

const Filename = text(1, 255);
const Filetype = Type.String({ maxLength: 127, pattern: '^[!-~]+/[ -~]+$' });

/** Clients say more, each what it likes. */
function saidOf({ filename, filetype, clientId, kind = 'file' }: Readonly<Record<string, string>>) {
  const isGiven = (value: string | undefined): value is string => value !== undefined && value !== '';
  if (isGiven(filename) && !Check(Filename, filename))
    throw wrong('filename', 'must be text of at most 255 characters');
  if (isGiven(filetype) && !Check(Filetype, filetype)) throw wrong('filetype', 'must be a media type');
  if (isGiven(clientId) && !Check(ClientId, clientId))
    throw wrong('clientId', 'must be text of at most 128 characters');
  if (!Check(MediaKind, kind)) throw wrong('kind', 'must be one of photo, video, audio, voice, file');
  return { filename: filename || null, declaredType: filetype || null, clientId: clientId || null, kind };
}

const wrong = (name: string, message: string) =>
  new Failure('invalid', `${name} ${message}`, { errors: [{ path: `/${name}`, message }] });

const another = (size: number) =>
  new Failure('conflict', `another upload of ${size} bytes has this clientId`, {
    errors: [{ path: '/clientId', message: 'is another upload’s' }],
  });
