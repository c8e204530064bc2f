/** Whose CPU time a case watches, and how the servers' processes are found on this machine. Linux only: it reads /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One process, or one with those that it has started, or those of one PostgreSQL database with the writers that all databases share. */
export type Source =
  | { readonly pid: number }
  | { readonly parent: number }
  | { readonly postmaster: number; readonly database: string };

/** By the name under which a report shows them. */
export type Watched = Readonly<Record<string, readonly Source[]>>;

const SHARED_WRITERS = ['walwriter', 'checkpointer', 'background writer', 'autovacuum launcher'];

/** The processes that a source stands for now; backends come and go. */
export function pidsOf(source: Source): readonly number[] {
  if ('pid' in source) return [source.pid];
  if ('parent' in source) return [source.parent, ...childrenOf(source.parent)];
  const titles = [...SHARED_WRITERS, ` ${source.database} `];
  return childrenOf(source.postmaster).filter(pid => {
    const title = commandOf(pid);
    return titles.some(part => title.includes(part));
  });
}

/** The process that listens on this TCP port; undefined when it cannot be seen, because it is remote or somebody else's. */
export function listenerOn(port: number): number | undefined {
  const inodes = new Set(['tcp', 'tcp6'].flatMap(family => listening(family, port)).map(inode => `socket:[${inode}]`));
  return processes().find(pid => filesOf(pid).some(file => inodes.has(file)));
}

function listening(family: string, port: number): string[] {
  const LISTEN = '0A';
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readLines(`/proc/net/${family}`)
    .map(line => line.trim().split(/\s+/))
    .flatMap(([, local = '', , state, , , , , , inode = '']) =>
      state === LISTEN && local.endsWith(suffix) ? [inode] : [],
    );
}

const processes = (): number[] => readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? [Number(name)] : []));

function filesOf(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap(name => orNothing(() => [readlinkSync(`${folder}/${name}`)]));
  } catch {
    return [];
  }
}

const childrenOf = (pid: number): number[] =>
  readLines(`/proc/${pid}/task/${pid}/children`)
    .join(' ')
    .split(' ')
    .flatMap(word => (word ? [Number(word)] : []));

const commandOf = (pid: number): string => readLines(`/proc/${pid}/cmdline`).join(' ').replaceAll('\0', ' ');

/** A process may be gone at any moment: then there is nothing to read. */
const readLines = (path: string): string[] => orNothing(() => readFileSync(path, 'latin1').split('\n'));

function orNothing<Value>(read: () => Value[]): Value[] {
  try {
    return read();
  } catch {
    return [];
  }
}
