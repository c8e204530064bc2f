/** A process of its own for faas-js-runtime, which takes over signals and uncaught errors of whatever process it runs in. */
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { freePort } from '../support/free-port.js';
import { variants } from './variants.js';

const { start } = createRequire(import.meta.url)('faas-js-runtime') as typeof import('faas-js-runtime');

process.chdir(tmpdir());
process.on('disconnect', () => process.exit());

const ports: Record<string, number> = {};
for (const [name, { module, options }] of Object.entries(variants)) {
  const port = await freePort();
  await start(module as never, { logLevel: 'silent', ...options, port } as never);
  ports[name] = port;
}
process.send?.(ports);
