/** What the runtime itself tells live connections, whatever the image. */
import Type from 'typebox';
import type { News } from '../contract/image.js';

export const OWN_NEWS: Readonly<Record<string, News>> = {
  'auth:expired': {
    summary: 'The access token has ended; the connection is closed after this.',
    data: Type.Object({}, { title: 'Nothing' }),
  },
  'server:draining': {
    summary: 'This gateway goes away: connect again, which leads elsewhere.',
    data: Type.Object({}, { title: 'Nothing' }),
  },
};
