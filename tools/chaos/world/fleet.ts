/** The processes of the system, each with a name and a place; a process that ends by itself is written down. */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILT, type Env, type Program, type Running, startImage } from '#support/processes.js';

export const IMAGES = ['gateway', 'chat-svc', 'presence-svc'] as const;
export type Service = (typeof IMAGES)[number];

export interface Member {
  readonly name: string;
  readonly image: Service;
  readonly running: Running | undefined;
  /** Resolves when it is ready; does nothing when it runs. */
  start(): Promise<void>;
  /** What it runs, from its next start on. */
  program: Program;
  /** Has these variables otherwise, from its next start on. */
  configure(change: Env): void;
  /** Its time of day is this many milliseconds off, until told otherwise or started again. */
  setClock(offMs: number): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGTERM; writes down an exit that is not 0 or comes too late. */
  stop(): Promise<void>;
}

export interface Fleet {
  readonly members: readonly Member[];
  of(image: Service): readonly Member[];
  /** What processes did that none may do. */
  readonly faults: readonly string[];
  /** One more, not started yet. */
  add(image: Service, change?: Env): Promise<Member>;
  remove(member: Member): void;
}

/** A process may have to wait for servers that come back only later. */
const READY_MS = 90_000;

/** `env` is asked for once for every member, by its name. */
export function fleet(env: (name: string) => Promise<Env>, logs: string, program: Program = BUILT): Fleet {
  const members: Member[] = [];
  const faults: string[] = [];
  const counts = new Map<Service, number>();

  async function add(image: Service, change: Env = {}): Promise<Member> {
    const count = (counts.get(image) ?? 0) + 1;
    counts.set(image, count);
    const name = `${image}-${count}`;
    const clock = join(logs, `${name}.clock`);
    let own: Env = {
      ...(await env(name)),
      NODE_OPTIONS: `--import=${new URL('clock.js', import.meta.url)}`,
      CHAOS_CLOCK: clock,
      ...change,
    };
    const log = createWriteStream(join(logs, `${name}.log`), { flags: 'a' });
    let running: Running | undefined;
    let asked = false;
    const member: Member = {
      name,
      image,
      program,
      get running() {
        return running;
      },
      async start() {
        if (running) return;
        asked = false;
        const onLine = (text: string): void => void log.write(`${text}\n`);
        const started = await startImage(image, own, { program: member.program, within: READY_MS, onLine });
        running = started;
        started.exited.then(({ code, signal }) => {
          running = undefined;
          if (!asked) faults.push(`${name} ended by itself with ${signal ?? code}`);
        });
      },
      configure(more) {
        own = { ...own, ...more };
      },
      async setClock(offMs) {
        await writeFile(clock, String(offMs));
        running?.signal('SIGWINCH');
      },
      async kill() {
        asked = true;
        await running?.kill();
        running = undefined;
      },
      async stop() {
        asked = true;
        const exit = await running?.stop(GRACE_MS + 3_000).catch((error: Error) => error);
        if (exit instanceof Error) faults.push(`${name}: ${exit.message.split('\n')[0]}`);
        else if (exit && exit.code !== 0) faults.push(`${name} ended with ${exit.signal ?? exit.code} after SIGTERM`);
        running = undefined;
      },
    };
    members.push(member);
    return member;
  }

  return {
    members,
    of: image => members.filter(member => member.image === image),
    faults,
    add,
    remove: member => void members.splice(members.indexOf(member), 1),
  };
}

export const GRACE_MS = 10_000;
