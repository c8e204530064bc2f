/** The process of the image gateway. */
import type { Entrypoint } from 'function-runtime';
import { gatewayResources } from 'function-runtime/resources/gateway';
import { gateway } from '../services/gateway.js';
import { mediaPorts } from './media.js';
import { mediaFolder } from './media-folder.js';
import { storePorts } from './ports.js';
import type { Settings } from './settings.js';
import { signInPorts } from './sign-in.js';
import { uploadPorts } from './uploads.js';

export const entrypoint: Entrypoint<Settings> = {
  service: gateway,
  open: gatewayResources,
  ports: (resources, opening) => ({
    ...storePorts(resources, opening.config),
    ...mediaPorts(resources, opening, mediaFolder(opening.config)),
    ...uploadPorts(resources, opening, mediaFolder(opening.config)),
    ...signInPorts(opening.config.settings, async () => opening.config.settings.jwtPrivateKeyPem ?? ''),
  }),
};
