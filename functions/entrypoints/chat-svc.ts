/** The process of the image chat-svc. */
import type { Entrypoint } from 'function-runtime';
import { serverResources } from 'function-runtime/resources/servers';
import { chatSvc } from '../services/chat-svc.js';
import { withoutPreviews } from '../services/without-previews.js';
import { storePorts } from './ports.js';
import type { Settings } from './settings.js';

export const entrypoint: Entrypoint<Settings> = {
  service: chatSvc,
  serves: (service, { settings }) => (settings.previews ? service : withoutPreviews(service)),
  open: serverResources,
  ports: (resources, { config }) => storePorts(resources, config),
};
