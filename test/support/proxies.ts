/** nginx and HAProxy with a configuration of one's own, on a free port, in the foreground; they end with this process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

export interface RunningProxy {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Where it is; undefined where there is none. Debian puts them where only administrators look. */
const found = (name: string) => [`/usr/sbin/${name}`, `/usr/local/sbin/${name}`].find(path => existsSync(path));
export const nginxBinary = found('nginx');
export const haproxyBinary = found('haproxy');

/** `http` is what stands in its block of that name, with the address to listen on. */
export async function startNginx(binary: string, http: (address: string) => string): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  await mkdir(join(folder, 'temp'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const config = `
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
daemon off;
pid ${folder}/pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  ${temporary.map(name => `${name}_temp_path ${folder}/temp/${name};`).join('\n  ')}
  ${http(`127.0.0.1:${port}`)}
}
`;
  await writeFile(join(folder, 'nginx.conf'), config);
  return started(binary, ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')], { port, folder });
}

/** `config` is all that it is told, with the address to listen on. */
export async function startHaproxy(binary: string, config: (address: string) => string): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'haproxy-'));
  const port = await freePort();
  await writeFile(join(folder, 'haproxy.cfg'), config(`127.0.0.1:${port}`));
  return started(binary, ['-db', '-f', join(folder, 'haproxy.cfg')], { port, folder });
}

/** When it listens. */
async function started(
  binary: string,
  words: readonly string[],
  { port, folder }: { readonly port: number; readonly folder: string },
): Promise<RunningProxy> {
  const child = spawn(binary, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  const kill = () => void child.kill('SIGTERM');
  process.once('exit', kill);
  const exited = once(child, 'exit');
  await eventually(`${binary} listens`, () => isListening(port));
  return {
    pid: child.pid as number,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      kill();
      await exited;
      process.removeListener('exit', kill);
      await rm(folder, { recursive: true });
    },
  };
}

const isListening = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
