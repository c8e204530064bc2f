/** A RabbitMQ node of one's own beside any other: its own name, ports, cookie and files under the folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastingPort } from './ports.js';
import { listens, run, type Server } from './server.js';

export interface RabbitMq extends Server {
  readonly url: string;
  /** Where its management API is, if it has the plugin for it. */
  readonly managementUrl: string;
  closeConnections(): Promise<void>;
  /** The memory alarm: publishers are blocked. */
  block(blocked: boolean): Promise<void>;
}

/** Where Debian keeps the scripts that do not change the user; elsewhere those on the path do not either. */
async function scriptsFolder(): Promise<string> {
  const debian = '/usr/lib/rabbitmq/bin/';
  return access(debian).then(
    () => debian,
    () => '',
  );
}

export async function rabbitMq(folder: string, plugins: readonly string[] = []): Promise<RabbitMq> {
  const [port, distribution, management] = [await lastingPort(), await lastingPort(), await lastingPort()];
  const scripts = await scriptsFolder();
  const node = `chaos-${port}@localhost`;
  const home = join(folder, 'rabbitmq');
  await mkdir(home, { recursive: true });
  const settings = [
    `listeners.tcp.only = 127.0.0.1:${port}`,
    ...(plugins.includes('rabbitmq_management')
      ? ['management.tcp.ip = 127.0.0.1', `management.tcp.port = ${management}`]
      : []),
  ];
  await writeFile(join(home, 'rabbitmq.conf'), `${settings.join('\n')}\n`);
  await writeFile(join(home, 'enabled_plugins'), `[${plugins.join(',')}].\n`);
  await writeFile(join(home, 'env.conf'), '');
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    // Makes the script become the node, so that the pid is the node's.
    RUNNING_UNDER_SYSTEMD: 'true',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: node,
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_CONF_ENV_FILE: join(home, 'env.conf'),
    RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(home, 'mnesia'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
  const ctl = (...words: string[]) => run(`${scripts}rabbitmqctl`, ['-n', node, ...words], { env, timeout: 30_000 });
  let child: ChildProcess | undefined;
  const end = () => void child?.kill('SIGKILL');
  return {
    port,
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    managementUrl: `http://127.0.0.1:${management}`,
    async start() {
      child = spawn(`${scripts}rabbitmq-server`, { env, stdio: 'ignore' });
      process.once('exit', end);
      await listens('RabbitMQ', port);
    },
    async kill() {
      process.removeListener('exit', end);
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
    async closeConnections() {
      await ctl('close_all_connections', 'chaos');
    },
    async block(blocked) {
      await ctl('set_vm_memory_high_watermark', blocked ? '0.0001' : '0.4');
    },
  };
}
