/** The bytes of media, to whoever has a link: for as long as who made it may read them themselves. */
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { LinkToken } from '../domain/link.js';
import { contentOf, noMedia } from '../domain/served.js';
import { strictObject } from '../domain/text.js';

export const getLinkedMedia = single({
  name: 'getLinkedMedia',
  access: 'public',
  needs: ['mediaReads', 'blobs', 'links'],
  limits: [RATES.linkedMedia],
  summary: 'Returns the bytes of media to whoever has a link to them that is not past its end.',
  input: strictObject({ token: LinkToken }),
  content: '*/*',
  refuses: ['not_found', 'unavailable'],
  async handle({ ports: { mediaReads, blobs, links }, now }, { data: { token } }) {
    const link = await links.read(token, now);
    const media = link && (await mediaReads.readable(link.mediaId, link.userId));
    if (!media) throw noMedia();
    return { content: contentOf(media, blobs) };
  },
});
