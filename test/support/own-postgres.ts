/** PostgreSQL servers of a test's own to configure, copy, promote and kill, on the binaries that `all` embeds. */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Pair } from './certificates.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { administer } from './postgres.js';
import { postgresCluster } from './postgres-cluster.js';

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
  const cluster = await postgresCluster(dataDir, copyOf?.password);
  const { files, password } = cluster;
  if (copyOf) await promisify(execFile)('cp', ['-a', copyOf.cluster, files]);
  const port = await freePort();
  const all = ['fsync=off', ...settings];
  if (hba) {
    await writeFile(join(dataDir, 'hba.conf'), hba);
    all.push(`hba_file=${await cluster.own(join(dataDir, 'hba.conf'))}`);
  }
  if (tls) {
    await copyFile(tls.key, join(dataDir, 'server.key'));
    const key = await cluster.own(join(dataDir, 'server.key'));
    all.push('ssl=on', `ssl_cert_file=${tls.cert}`, `ssl_key_file=${key}`, `ssl_ca_file=${tls.ca}`);
  }
  if (copyOf) {
    await writeFile(join(files, 'standby.signal'), '');
    await cluster.own(join(files, 'standby.signal'));
    const login = `user=postgres password=${copyOf.password}`;
    all.push(`primary_conninfo=host=127.0.0.1 port=${copyOf.port} ${login}`);
  }
  const dsn = cluster.dsn(port);
  return {
    ...{ port, password, dsn },
    async start() {
      cluster.start(port, all);
      await eventually('PostgreSQL answers', () => answers(dsn), { within: 60_000 });
    },
    stop: cluster.stop,
    standby: () => ownPostgres({ settings, copyOf: { cluster: files, port, password } }),
    query: text => administer(dsn, text),
    async remove() {
      await cluster.stop('SIGQUIT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Who refuses us for want of TLS, or of a certificate, answers as well. */
async function answers(dsn: string): Promise<boolean> {
  return administer(dsn, 'select 1').then(
    () => true,
    error => error.code === '28000',
  );
}
