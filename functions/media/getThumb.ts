/** Media as a small picture, where there is one. */
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { noMedia, thumbOf } from '../domain/served.js';
import { MediaId, strictObject } from '../domain/text.js';

export const getThumb = single({
  name: 'getThumb',
  access: 'user',
  needs: ['mediaReads', 'blobs'],
  limits: [RATES.media],
  summary: 'Returns a small picture of media, to whoever may read them. Not there where none was made.',
  input: strictObject({ mediaId: MediaId }),
  content: 'image/*',
  refuses: ['not_found'],
  async handle({ ports: { mediaReads, blobs }, caller }, { data: { mediaId } }) {
    const media = await mediaReads.readable(mediaId, callerOf({ caller }).userId);
    if (!media) throw noMedia();
    return { content: thumbOf(media, blobs) };
  },
});
