/** A foreign function hosted by our `start`. */
import { tmpdir } from 'node:os';
import { start } from '#runtime/knative.js';
import { handle } from './function.js';
import { program } from './serving.js';

process.chdir(tmpdir());
await program(port => start(handle as never, { port, logLevel: 'warn' }));
