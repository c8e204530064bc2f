/** PostgreSQL servers of a test's own to configure, copy, promote and kill, on the binaries that `all` embeds. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinaries, findRunner } from '#runtime/drivers/postgres/binaries.js';
import { initialise, passwordIn } from '#runtime/drivers/postgres/cluster.js';
import type { Pair } from './certificates.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { administer } from './postgres.js';

export interface OwnPostgres {
  readonly port: number;
  readonly password: string;
  /** Without TLS. */
  readonly dsn: string;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** In order, or at once, as in a power cut. */
  stop(how: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** Another server with the same files, which follows this one, once started. This one must be stopped. */
  standby(): Promise<OwnPostgres>;
  query<Row>(text: string): Promise<Row[]>;
  remove(): Promise<void>;
}

export interface OwnPostgresOptions {
  readonly settings?: readonly string[];
  /** `pg_hba.conf`, where it is to be another. */
  readonly hba?: string;
  /** The certificate of the server, and who has signed those of its clients. */
  readonly tls?: Pair & { readonly ca: string };
  readonly copyOf?: { readonly cluster: string; readonly port: number; readonly password: string };
}

export async function ownPostgres({ settings = [], hba, tls, copyOf }: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'own-postgres-'));
  const dataDir = join(folder, 'postgres');
  const cluster = join(dataDir, 'cluster');
  await mkdir(dataDir);
  // PostgreSQL runs under another account where we are root, and has to get here.
  for (const path of [folder, dataDir]) await chmod(path, 0o755);
  const binaries = await findBinaries();
  const runner = await findRunner(binaries, dataDir, cluster);
  const password = copyOf?.password ?? (await passwordIn(dataDir));
  if (copyOf) await promisify(execFile)('cp', ['-a', copyOf.cluster, cluster]);
  else await initialise({ dataDir, cluster, binaries, runner });
  const port = await freePort();
  const own = async (path: string, mode: number): Promise<string> => {
    await chmod(path, mode);
    if (runner.owner) await chown(path, runner.owner.uid, runner.owner.gid);
    return path;
  };
  const all = [
    ...[`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'io_method=sync', 'fsync=off'],
    ...settings,
  ];
  if (hba) {
    await writeFile(join(dataDir, 'hba.conf'), hba);
    all.push(`hba_file=${await own(join(dataDir, 'hba.conf'), 0o600)}`);
  }
  if (tls) {
    await copyFile(tls.key, join(dataDir, 'server.key'));
    const key = await own(join(dataDir, 'server.key'), 0o600);
    all.push('ssl=on', `ssl_cert_file=${tls.cert}`, `ssl_key_file=${key}`, `ssl_ca_file=${tls.ca}`);
  }
  if (copyOf) {
    await writeFile(join(cluster, 'standby.signal'), '');
    await own(join(cluster, 'standby.signal'), 0o600);
    const login = `user=postgres password=${copyOf.password}`;
    all.push(`primary_conninfo=host=127.0.0.1 port=${copyOf.port} ${login}`);
  }
  const dsn = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;
  const server: OwnPostgres = {
    ...{ port, password, dsn },
    async start() {
      const { file, args, options } = runner.command(binaries.postgres, [
        ...['-D', cluster],
        ...all.flatMap(setting => ['-c', setting]),
      ]);
      child = spawn(file, args, { ...options, cwd: '/', stdio: 'ignore' });
      await eventually('PostgreSQL answers', () => answers(dsn), { within: 60_000 });
    },
    async stop(how) {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill(how);
      await exit;
    },
    standby: () => ownPostgres({ settings, copyOf: { cluster, port, password } }),
    query: text => administer(dsn, text),
    async remove() {
      await server.stop('SIGQUIT');
      await rm(folder, { recursive: true, force: true });
    },
  };
  return server;
}

/** Who refuses us for want of TLS, or of a certificate, answers as well. */
async function answers(dsn: string): Promise<boolean> {
  return administer(dsn, 'select 1').then(
    () => true,
    error => error.code === '28000',
  );
}
