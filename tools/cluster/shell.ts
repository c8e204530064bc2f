/** Shell commands as an operator types them, and ways into the cluster that kubectl talks to. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Runs a script that ends with its first failure. Resolves with what it printed; rejects with its last lines. */
export async function sh(folder: string, script: string): Promise<string> {
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [printed, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', text => (printed += text));
  child.stderr.setEncoding('utf8').on('data', text => (said += text));
  const [code] = await once(child, 'close');
  if (code === 0) return printed;
  throw new Error(`exit code ${code} of\n${script}\n${(printed + said).split('\n').slice(-15).join('\n')}`);
}

/** Calls with the address of a gateway of that namespace, which is good until the call ends. */
export async function atGateway<Result>(namespace: string, call: (url: string) => Promise<Result>): Promise<Result> {
  const args = ['-n', namespace, 'port-forward', 'service/gateway', ':8080'];
  const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    for await (const line of createInterface(child.stdout)) {
      const port = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined) return await call(`http://127.0.0.1:${port}`);
    }
    throw new Error(`no way to a gateway in ${namespace}`);
  } finally {
    child.kill();
  }
}
