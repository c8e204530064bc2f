/** The process of the image chat-svc. */
import type { Entrypoint } from 'function-runtime';
import { serverResources } from 'function-runtime/resources/servers';
import { chatSvc } from '../services/chat-svc.js';
import { withoutPreviews } from '../services/without-previews.js';
import { inspectionPorts } from './inspection.js';
import { mediaPorts } from './media.js';
import { mediaFolder } from './media-folder.js';
import { storePorts } from './ports.js';
import type { Settings } from './settings.js';
import { uploadPorts } from './uploads.js';

export const entrypoint: Entrypoint<Settings> = {
  service: chatSvc,
  serves: (service, { settings }) => (settings.previews ? service : withoutPreviews(service)),
  open: serverResources,
  ports: (resources, opening) => ({
    ...storePorts(resources, opening.config),
    ...mediaPorts(resources, opening, mediaFolder(opening.config)),
    ...inspectionPorts(resources, opening),
    ...uploadPorts(resources, opening, mediaFolder(opening.config)),
  }),
};
