/** An upload and its end: what the functions of this folder's routes have in common. */
import {
  blobName,
  type Context,
  Failure,
  type Outcome,
  type RawRequest,
  type RawResponse,
  type Settled,
  type WholeUpload,
} from 'function-runtime';
import { callerOf } from '../access/caller.js';
import type { Ports } from '../ports/index.js';
import { mediaReady } from './events.js';
import { FINISHED_MS, UPLOAD_EXPIRES_MS, type Upload } from './media.js';
import { isoTime } from './time.js';

type Needs = Pick<Ports, 'media' | 'uploads' | 'blobs' | 'types'>;
type Answer = Outcome<never, never, ReturnType<typeof mediaReady>>;

/** Of a raw route, which always has one. */
export function requestOf({ request }: Context): RawRequest {
  if (!request) throw new Error('only a raw route can ask this');
  return request;
}

/** The caller's own. Throws Failure `not_found` for anybody else's, which they do not learn of. */
export async function ownUpload(context: Context<Pick<Needs, 'media'>>, id: string): Promise<Upload> {
  const upload = await context.ports.media.find(id);
  if (upload?.ownerId !== callerOf(context).userId) throw new Failure('not_found', 'no such upload');
  return upload;
}

/** Whether it is answered as what is no more: taken back, refused, expired, or finished and in use, or long ago. */
function isOver({ state, createdAt, finishedAt, attachedAt }: Upload, now: number): boolean {
  if (state === 'uploading') return now - createdAt > UPLOAD_EXPIRES_MS;
  if (state === 'refused' || state === 'gone') return true;
  return attachedAt !== null || now - (finishedAt ?? createdAt) > FINISHED_MS;
}

/** What was said of it when it began. */
function metadataOf({ filename, declaredType, clientId, kind }: Upload): Record<string, string> {
  const said = { filename, filetype: declaredType, clientId, kind };
  return Object.fromEntries(Object.entries(said).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** The caller's upload as it goes on, or the answer, where there is one already: what was asked badly, is over, or is done. */
export async function goingOn(
  context: Context<Pick<Needs, 'media' | 'uploads'>>,
  id: string,
): Promise<{ readonly answer: Answer } | { readonly request: RawRequest; readonly upload: Upload }> {
  const { uploads } = context.ports;
  const request = requestOf(context);
  const asked = uploads.asked(request);
  if ('refused' in asked) return { answer: { response: asked.refused } };
  const upload = await ownUpload(context, id);
  if (isOver(upload, context.now)) return { answer: { response: uploads.gone() } };
  if (upload.state === 'uploading') return { request, upload };
  return { answer: told(upload, uploads.settled(request, upload.size, metadataOf(upload))) };
}

/** As far back as the formats that are known by their beginning want to look. */
const HEAD_BYTES = 4_100;
const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * Makes media of an upload that is whole. It may be called again for the same one, by whoever finds it whole and not finished:
 * what comes first counts.
 */
export async function finish(context: Context<Needs>, { id }: Upload, whole: WholeUpload): Promise<Upload> {
  try {
    const done = await kept(context, id, whole);
    await dropBytes(context, id);
    return done;
  } catch (thrown) {
    // Somebody else finished it, and took the upload away meanwhile.
    const found = await context.ports.media.find(id);
    if (found?.finishedAt) return found;
    throw thrown;
  }
}

async function kept(context: Context<Needs>, id: string, { size, sha256: known }: WholeUpload): Promise<Upload> {
  const { ports, newId, now } = context;
  const { sha256, head } = await ports.uploads.look(id, HEAD_BYTES, known);
  const type = (await ports.types.of(head)) ?? UNKNOWN_TYPE;
  if (ports.types.refused(type)) {
    await ports.media.refuse(id);
    await dropBytes(context, id);
    throw new Failure('unsupported', `${type} is not taken here`);
  }
  const name = blobName(sha256, newId());
  await ports.blobs.put(name, size, { upload: id });
  const done = await ports.media.finish({ id, sha256, name, size, type, at: isoTime(now) });
  if (!done) throw new Failure('conflict', 'this upload was taken back');
  return done;
}

/** A sweep takes what stays. */
export const dropBytes = ({ ports, log }: Context<Pick<Needs, 'uploads'>>, id: string): Promise<void> =>
  ports.uploads.remove(id).catch(err => log.warn({ err, mediaId: id }, 'the bytes of an upload stay'));

/** Answers with what there is of an upload, naming its media; has them looked at where nobody has yet. For a photo that is waited for. */
export function told({ id, kind, state }: Upload, response: RawResponse): Answer {
  const named = { ...response, headers: { ...response.headers, 'x-media-id': id } };
  if (state !== 'uploaded') return { response: named };
  const wish = mediaReady({ mediaId: id }, kind === 'photo' ? { id } : { id, unanswered: true });
  return { response: named, publish: [wish] };
}

/** They have been looked at, or that takes too long to be waited for. */
export function lookedAt({ outcome: { response }, reply }: Settled<{ readonly state: 'ready' | 'refused' }>): Answer {
  if (reply?.state === 'refused')
    return { failure: new Failure('unsupported', 'this is not what it is sent as, or is not taken here') };
  return response ? { response } : {};
}
