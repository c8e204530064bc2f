/** What the runtime itself tells live connections, whatever the image. */
import Type from 'typebox';
import type { News } from '../contract/service.js';

export const OWN_NEWS: Readonly<Record<string, News>> = {
  'auth:expired': {
    summary: 'The access token has expired. The connection is closed after this.',
    data: Type.Object({}, { title: 'Nothing' }),
  },
  'server:draining': {
    summary: 'This gateway is shutting down. Reconnect to reach another one.',
    data: Type.Object({}, { title: 'Nothing' }),
  },
};
