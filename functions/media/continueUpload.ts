/** Goes on with an upload; with its last byte it is media. */
import { single } from '../define.js';
import { mediaReady } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { MediaId, strictObject } from '../domain/text.js';
import { finish, goingOn, lookedAt, told } from '../domain/uploads.js';

export const continueUpload = single({
  name: 'continueUpload',
  access: 'user',
  needs: ['media', 'uploads', 'blobs', 'types'],
  limits: [RATES.uploadOn],
  publishes: [mediaReady],
  summary: 'Goes on with an upload, by tus 1.0. The last byte makes it media: a photo has been looked at by then.',
  input: strictObject({ mediaId: MediaId }),
  refuses: ['not_found', 'conflict', 'too_large', 'unsupported'],
  async handle(context, { data: { mediaId } }) {
    const { uploads, media } = context.ports;
    const found = await goingOn(context, mediaId);
    if ('answer' in found) return found.answer;
    const { request, upload } = found;
    const { response, whole } = await uploads.take(request, { name: upload.id, maxBytes: upload.size }, context.body);
    if (response.status >= 400) return { response };
    if (whole) return told(await finish(context, upload, whole), response);
    const length = request.headers['upload-length'];
    if (length !== undefined) await media.resize(mediaId, Number(length));
    return { response };
  },
  settle: (_context, _event, settled) => lookedAt(settled),
});
