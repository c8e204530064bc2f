/** The three images in one process, which needs no servers. */
import type { Entrypoint } from 'function-runtime';
import { embeddedResources } from 'function-runtime/resources/embedded';
import { all } from '../services/all.js';
import { withoutPreviews } from '../services/without-previews.js';
import { inspectionPorts } from './inspection.js';
import { mediaPorts } from './media.js';
import { mediaFolder } from './media-folder.js';
import { storePorts } from './ports.js';
import type { Settings } from './settings.js';
import { signInPorts } from './sign-in.js';
import { uploadPorts } from './uploads.js';

export const entrypoint: Entrypoint<Settings> = {
  service: all,
  serves: (service, { settings }) => (settings.previews ? service : withoutPreviews(service)),
  open: embeddedResources,
  ports: (resources, opening) => ({
    ...storePorts(resources, opening.config),
    ...mediaPorts(resources, opening, mediaFolder(opening.config, { standalone: true })),
    ...inspectionPorts(resources, opening),
    ...uploadPorts(resources, opening, mediaFolder(opening.config, { standalone: true })),
    ...signInPorts(
      opening.config.settings,
      async () => opening.config.settings.jwtPrivateKeyPem ?? (await devSigningKey(opening.config.dataDir)),
    ),
  }),
};

const devSigningKey = async (dataDir: string): Promise<string> =>
  (await import('./dev-signing-key.js')).devSigningKey(dataDir);
