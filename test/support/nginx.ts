/** nginx with a configuration of one's own, on a free port, in the foreground; it ends with this process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

export interface Proxy {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Undefined where there is none. Debian puts it where only administrators look. */
export const nginxBinary = ['/usr/sbin/nginx', '/usr/local/bin/nginx'].find(path => existsSync(path));

/** `server` is what stands in its `server` block. */
export async function startNginx(binary: string, server: string): Promise<Proxy> {
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
  server {
    listen 127.0.0.1:${port};
    ${server}
  }
}
`;
  await writeFile(join(folder, 'nginx.conf'), config);
  const stop = await startProxy(binary, ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')], port);
  return {
    ...{ pid: stop.pid, url: `http://127.0.0.1:${port}` },
    async stop() {
      await stop.end();
      await rm(folder, { recursive: true });
    },
  };
}

/** Resolves when it listens. */
async function startProxy(binary: string, words: readonly string[], port: number) {
  const child = spawn(binary, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  const kill = () => void child.kill('SIGTERM');
  process.once('exit', kill);
  const exited = once(child, 'exit');
  await eventually(`${binary} listens`, () => isListening(port));
  return {
    pid: child.pid as number,
    async end() {
      kill();
      await exited;
      process.removeListener('exit', kill);
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
