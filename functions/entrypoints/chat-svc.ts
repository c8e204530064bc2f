/** The process of the image chat-svc. */
import type { Entrypoint } from 'function-runtime';
import { serverResources } from 'function-runtime/resources/servers';
import { chatSvc } from '../services/chat-svc.js';
import { storePorts } from './ports.js';

export const entrypoint: Entrypoint = {
  service: chatSvc,
  open: serverResources,
  ports: (resources, { config }) => storePorts(resources, config),
};
