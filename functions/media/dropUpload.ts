/** Takes an upload back, and its media while nothing names them. */
import { Failure } from 'function-runtime';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { MediaId, strictObject } from '../domain/text.js';
import { isoTime } from '../domain/time.js';
import { dropBytes, ownUpload, requestOf } from '../domain/uploads.js';

export const dropUpload = single({
  name: 'dropUpload',
  access: 'user',
  needs: ['media', 'uploads'],
  limits: [RATES.uploadOn],
  summary: 'Takes an upload back, by tus 1.0, finished or not. What a message or a draft names stays.',
  input: strictObject({ mediaId: MediaId }),
  refuses: ['not_found', 'conflict'],
  async handle(context, { data: { mediaId } }) {
    const { uploads, media } = context.ports;
    const asked = uploads.asked(requestOf(context));
    if ('refused' in asked) return { response: asked.refused };
    const upload = await ownUpload(context, mediaId);
    if (upload.state === 'refused' || upload.state === 'gone') return { response: uploads.gone() };
    if (!(await media.discard(mediaId, isoTime(context.now))))
      throw new Failure('conflict', 'something names this by now');
    await dropBytes(context, mediaId);
    return { response: { status: 204 } };
  },
});
