/** `npm run functions`: prints the map of the functions. `npm run --silent functions -- --json` prints JSON. */
import { parseArgs } from 'node:util';
import { chatSvc } from '#functions/services/chat-svc.js';
import { gateway } from '#functions/services/gateway.js';
import { presenceSvc } from '#functions/services/presence-svc.js';
import { findFunctions } from './functions.js';
import { mapOf } from './map.js';
import { print } from './print.js';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const entries = mapOf(await findFunctions(), [gateway, chatSvc, presenceSvc]);
process.stdout.write(values.json ? `${JSON.stringify(entries, null, 2)}\n` : print(entries));
