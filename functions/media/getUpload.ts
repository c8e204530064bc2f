/** Tells how far an upload is. One that is whole and was not finished is finished first: who hears of its end may rely on it. */
import { single } from '../define.js';
import { mediaReady } from '../domain/events.js';
import { RATES } from '../domain/limits.js';
import { MediaId, strictObject } from '../domain/text.js';
import { finish, goingOn, lookedAt, told } from '../domain/uploads.js';

export const getUpload = single({
  name: 'getUpload',
  access: 'user',
  needs: ['media', 'uploads', 'blobs', 'types'],
  limits: [RATES.uploadOn],
  publishes: [mediaReady],
  summary:
    'Tells how far an upload is, by tus 1.0. One that is finished is told in full until its media is in use, or 10 minutes.',
  input: strictObject({ mediaId: MediaId }),
  refuses: ['not_found', 'conflict', 'too_large', 'unsupported'],
  async handle(context, { data: { mediaId } }) {
    const { uploads } = context.ports;
    const found = await goingOn(context, mediaId);
    if ('answer' in found) return found.answer;
    const { request, upload } = found;
    const { response, whole } = await uploads.take(request, { name: upload.id, maxBytes: upload.size });
    return whole ? told(await finish(context, upload, whole), response) : { response };
  },
  settle: (_context, _event, settled) => lookedAt(settled),
});
