/** The three images in one process, which needs no servers. */
import type { Entrypoint } from 'function-runtime';
import { embeddedResources } from 'function-runtime/resources/embedded';
import { all } from '../services/all.js';
import { storePorts } from './ports.js';
import type { Settings } from './settings.js';
import { signInPorts } from './sign-in.js';

export const entrypoint: Entrypoint<Settings> = {
  service: all,
  open: embeddedResources,
  ports: (resources, { config }) => ({
    ...storePorts(resources, config),
    ...signInPorts(
      config.settings,
      async () => config.settings.jwtPrivateKeyPem ?? (await devSigningKey(config.dataDir)),
    ),
  }),
};

const devSigningKey = async (dataDir: string): Promise<string> =>
  (await import('./dev-signing-key.js')).devSigningKey(dataDir);
