/** The process of the image presence-svc. */
import type { Entrypoint } from 'function-runtime';
import { serverResources } from 'function-runtime/resources/servers';
import { presenceSvc } from '../services/presence-svc.js';
import { storePorts } from './ports.js';
import type { Settings } from './settings.js';

export const entrypoint: Entrypoint<Settings> = {
  service: presenceSvc,
  open: serverResources,
  ports: (resources, { config }) => storePorts(resources, config),
};
