/** The processes of the demo, on the servers that the environment names or on embedded parts; all gone after `stop`. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Running, runImage, startImage } from '#support/processes.js';

export interface Stage {
  readonly gateways: readonly string[];
  readonly processes: readonly Running[];
  stop(): Promise<void>;
}

export async function stage(): Promise<Stage> {
  const { DSN, REDIS_ADDR, AMQP_URL } = process.env;
  const folder = await mkdtemp(join(tmpdir(), 'minitelegram-demo-'));
  const processes: Running[] = [];
  const stop = async () => {
    await Promise.all(processes.splice(0).map(running => running.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    if (!DSN || !REDIS_ADDR || !AMQP_URL) {
      processes.push(await startImage('all', { DATA_DIR: join(folder, 'data'), RATE_LIMIT: 'off' }));
    } else {
      const keyPath = join(folder, 'key.pem');
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      await writeFile(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      const env = { DSN, REDIS_ADDR, AMQP_URL, JWT_PRIVATE_KEY_PATH: keyPath, RATE_LIMIT: 'off' };
      const migrated = await runImage('migrate', env);
      if (migrated.code !== 0) throw new Error(`the migrations failed: ${migrated.stderr}`);
      const images = ['gateway', 'gateway', 'chat-svc', 'presence-svc'];
      const started = await Promise.allSettled(images.map(image => startImage(image, env)));
      for (const result of started) if (result.status === 'fulfilled') processes.push(result.value);
      for (const result of started) if (result.status === 'rejected') throw result.reason;
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const gateways = processes.filter(({ image }) => image !== 'chat-svc' && image !== 'presence-svc');
  return { gateways: gateways.map(({ url }) => url), processes, stop };
}
