/** A process of its own for faas-js-runtime, which takes over signals and uncaught errors of whatever process it runs in. */
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { variants } from './variants.js';

const { start } = createRequire(import.meta.url)('faas-js-runtime') as typeof import('faas-js-runtime');

process.chdir(tmpdir());
process.on('disconnect', () => process.exit());

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

const ports: Record<string, number> = {};
for (const [name, { module, options }] of Object.entries(variants)) {
  const port = await freePort();
  await start(module as never, { logLevel: 'silent', ...options, port } as never);
  ports[name] = port;
}
process.send?.(ports);
