/** Every pod is replaced, and one of each kind killed, while people talk through the gateways' Service. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Check } from './check.js';
import type { Namespace } from './namespace.js';

const TALK = fileURLToPath(new URL('../chaos/main.js', import.meta.url));
const SECONDS = 120;

/** Does it only where this machine reaches the cluster's Services. */
export async function replace(check: Check, here: Namespace, say: (line: string) => void): Promise<void> {
  const address = await here.kubectl(`get service gateway -o 'jsonpath={.spec.clusterIP}'`);
  const url = `http://${address}:8080`;
  const reached = await fetch(`${url}/health/readiness`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  if (!reached?.ok) return say(`skipped: pods were not replaced, for ${url} cannot be reached from here`);

  await check('nothing acknowledged is lost while every pod is replaced, and one of each kind killed', async () => {
    // All people have one address here, and would all be sent to one gateway.
    await here.kubectl(`patch service gateway -p '{"spec":{"sessionAffinity":"None"}}'`);
    const talk = spawn(
      process.execPath,
      [TALK, '--against', url, '--seconds', `${SECONDS}`, '--clients', '8', '--seed', '1'],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    const ended = once(talk, 'close');
    try {
      await here.kubectl('rollout restart deployment gateway');
      await here.kubectl('rollout status deployment gateway --timeout=5m');
      for (const app of ['gateway', 'chat-svc', 'presence-svc', 'redis', 'rabbitmq', 'postgres']) {
        const [pod] = (await here.kubectl(`get pods -l app=${app} -o name`)).split('\n');
        await here.kubectl(`delete ${pod} --grace-period=0 --force`);
        await here.ready();
      }
      const [code] = await ended;
      if (code !== 0) throw new Error('people were not served as promised');
    } finally {
      talk.kill();
    }
  });
}
