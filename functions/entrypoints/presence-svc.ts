/** The process of the image presence-svc. */
import type { Entrypoint } from 'function-runtime';
import { serverResources } from 'function-runtime/resources/servers';
import { presenceSvc } from '../services/presence-svc.js';
import { storePorts } from './ports.js';

export const entrypoint: Entrypoint = {
  service: presenceSvc,
  open: serverResources,
  ports: (resources, { config }) => storePorts(resources, config),
};
