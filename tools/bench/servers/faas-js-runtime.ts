/** The same function hosted by Knative's own runtime. */
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { handle } from './function.js';
import { program } from './serving.js';

const { start } = createRequire(import.meta.url)('faas-js-runtime') as typeof import('faas-js-runtime');

process.chdir(tmpdir());
await program(port => start(handle as never, { port, logLevel: 'silent' } as never));
