/** What the runtime itself tells live connections, whatever the service. */
import Type from 'typebox';
import type { ServerEvent } from '../contract/service.js';

export const SYSTEM_EVENTS: Readonly<Record<string, ServerEvent>> = {
  'auth:expired': {
    summary: 'The access token has expired. The connection is closed after this.',
    data: Type.Object({}, { title: 'Nothing' }),
  },
  'server:draining': {
    summary: 'This gateway is shutting down. Reconnect to reach another one.',
    data: Type.Object({}, { title: 'Nothing' }),
  },
};
