/**
 * Starts an image from its bundle, and when it has come as far as it can without an answer of its servers, which take its
 * connections and say nothing, writes beside each file the code that V8 has made of it until then: what every start
 * needs, and no more.
 */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import promises, { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import type { Script } from 'node:vm';
import { codeOf, loadCompiled } from '#runtime/compiled/load.js';

/** In turns of the event loop, since the clock goes on while others have the processor. */
const QUIET_TURNS = 30;
const TURN_MS = 10;
/** What V8 does by how often and how long ago code was run. It notes that in the code: other numbers each time. */
const COUNTED = ['flush-bytecode', 'use-osr'];

const [entry = '', image = ''] = process.argv.slice(2);
let quiet = 0;
await configure();
for (const counted of COUNTED) setFlagsFromString(`--no-${counted}`);
stopTime();
const scripts = new Map<string, Script>();
loadCompiled(entry, (file, script) => {
  quiet = 0;
  scripts.set(file, script);
});
while (quiet++ < QUIET_TURNS) await delay(TURN_MS);
// V8 takes the code only where its flags are the same.
for (const counted of COUNTED) setFlagsFromString(`--${counted}`);
for (const [file, script] of scripts) writeFileSync(codeOf(file), script.createCachedData());
process.exit();

/** The image's variables and arguments. */
async function configure(): Promise<void> {
  const silent = createServer(socket => {
    socket.on('error', () => {});
    socket.on('data', () => {
      quiet = 0;
    });
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;

  const folder = mkdtempSync(join(tmpdir(), 'compile-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const keyPath = join(folder, 'key.pem');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });

  Object.assign(process.env, {
    PORT: '0',
    DSN: `postgres://nobody@${address}/none`,
    REDIS_ADDR: address,
    AMQP_URL: `amqp://${address}`,
    JWT_PRIVATE_KEY_PATH: keyPath,
  });
  process.argv = [process.execPath, entry, image];
}

/** For the image, not for this file: what timers set off would depend on how busy this machine is. */
function stopTime(): void {
  const { setTimeout: set } = globalThis;
  const never = () => set(() => {}, 60_000).unref();
  Object.assign(globalThis, { setTimeout: never, setInterval: never });
  Object.assign(promises, { setTimeout: () => new Promise(() => {}) });
  Object.assign(Socket.prototype, { setTimeout: () => {} });
}
