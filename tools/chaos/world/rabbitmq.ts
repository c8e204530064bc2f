/**
 * RabbitMQ nodes of one's own beside any others: their own names, ports, cookie and files under the folder. RABBITMQ_SCRIPTS
 * names the folder of `rabbitmq-server` and `rabbitmqctl` of another version than the system's.
 */
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
  readonly node: string;
  /** Makes it a member of the cluster of another, which runs; what it had is gone. */
  join(other: RabbitMq): Promise<void>;
  ctl(...words: string[]): Promise<string>;
  closeConnections(): Promise<void>;
  /** The memory alarm: publishers are blocked. */
  block(blocked: boolean): Promise<void>;
}

/** Where Debian keeps the scripts that do not change the user; elsewhere those on the path do not either. */
async function scriptsFolder(): Promise<string> {
  const { RABBITMQ_SCRIPTS } = process.env;
  if (RABBITMQ_SCRIPTS) return `${RABBITMQ_SCRIPTS}/`;
  const debian = '/usr/lib/rabbitmq/bin/';
  return access(debian).then(
    () => debian,
    () => '',
  );
}

export interface NodeOptions {
  readonly plugins?: readonly string[];
  /** Lines of rabbitmq.conf. */
  readonly settings?: readonly string[];
}

export async function rabbitMq(folder: string, options: NodeOptions = {}): Promise<RabbitMq> {
  const { plugins = [], settings: more = [] } = options;
  const [port, distribution, management] = [await lastingPort(), await lastingPort(), await lastingPort()];
  const scripts = await scriptsFolder();
  const node = `chaos-${port}@localhost`;
  const home = join(folder, `rabbitmq-${port}`);
  await mkdir(home, { recursive: true });
  await writeFile(join(home, '.erlang.cookie'), 'chaos', { mode: 0o400 });
  const settings = [
    `listeners.tcp.only = 127.0.0.1:${port}`,
    ...(plugins.includes('rabbitmq_management')
      ? ['management.tcp.ip = 127.0.0.1', `management.tcp.port = ${management}`]
      : []),
    ...more,
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
  async function ctl(...words: string[]): Promise<string> {
    const { stdout } = await run(`${scripts}rabbitmqctl`, ['-q', '-n', node, ...words], { env, timeout: 60_000 });
    return stdout;
  }
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
    node,
    ctl,
    async join(other) {
      for (const words of [['stop_app'], ['join_cluster', other.node], ['start_app']]) await ctl(...words);
    },
    async closeConnections() {
      await ctl('close_all_connections', 'chaos');
    },
    async block(blocked) {
      await ctl('set_vm_memory_high_watermark', blocked ? '0.0001' : '0.4');
    },
  };
}
