/** What the figures were taken on: without it they mean nothing. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** `node` is the binary whose starts are measured; `versions` are those of servers that only the cases had. */
export function machine(node: string, versions: Readonly<Record<string, string>> = {}): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    versions: {
      Linux: release(),
      Node: process.version.slice(1),
      'Node of cold starts': said(node, '--version'),
      PostgreSQL: said('psql', '--version'),
      RabbitMQ: said('rabbitmqctl', 'version'),
      Redis: said('redis-server', '--version'),
      ejabberd: said('dpkg-query', '--show', 'ejabberd'),
      'socket.io': packageVersion('socket.io'),
      amqplib: packageVersion('amqplib'),
      'faas-js-runtime': packageVersion('faas-js-runtime'),
      Nest: packageVersion('@nestjs/core'),
      ...versions,
    },
  };
}

/** The first version that a program's answer names. */
function said(program: string, ...words: string[]): string {
  try {
    const text = execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return /\d+(\.\d+)+/.exec(text)?.[0] ?? 'unknown';
  } catch {
    return 'not here';
  }
}

function packageVersion(name: string): string {
  const file = new URL(`../../../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
