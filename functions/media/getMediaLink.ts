/** A link to media that needs no token, for what cannot send one: an element of a page, another program. */
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { MediaLink, urlOf } from '../domain/link.js';
import { noMedia } from '../domain/served.js';
import { MediaId, strictObject } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

export const getMediaLink = single({
  name: 'getMediaLink',
  access: 'user',
  needs: ['mediaReads', 'links'],
  limits: [RATES.media],
  summary:
    'Returns a link to the bytes of media, which works without a token for 300 s, and no longer than the caller may read them.',
  input: strictObject({ mediaId: MediaId }),
  output: { ok: MediaLink },
  refuses: ['not_found'],
  async handle({ ports: { mediaReads, links }, now, caller }, { data: { mediaId } }) {
    const { userId } = callerOf({ caller });
    if (!(await mediaReads.readable(mediaId, userId))) throw noMedia();
    const { token, expiresAt } = await links.issue({ mediaId, userId }, now);
    return { reply: { url: urlOf(token), expiresAt: isoTime(expiresAt) } };
  },
});
