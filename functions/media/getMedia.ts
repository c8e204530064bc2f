/** The bytes of media. */
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { contentOf, noMedia } from '../domain/served.js';
import { MediaId, strictObject } from '../domain/text.js';

export const getMedia = single({
  name: 'getMedia',
  access: 'user',
  needs: ['mediaReads', 'blobs'],
  limits: [RATES.media],
  summary:
    'Returns the bytes of media, to their owner and to who is in a chat with a message that names them. Not there to anybody else.',
  input: strictObject({ mediaId: MediaId }),
  content: '*/*',
  refuses: ['not_found', 'unavailable'],
  async handle({ ports: { mediaReads, blobs }, caller }, { data: { mediaId } }) {
    const media = await mediaReads.readable(mediaId, callerOf({ caller }).userId);
    if (!media) throw noMedia();
    return { content: contentOf(media, blobs) };
  },
});
