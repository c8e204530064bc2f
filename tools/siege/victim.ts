/** `all` in a process of its own, which may have so much memory: beyond that it is killed, as a container would be. */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOrphans } from '#support/orphans.js';
import { group, type Person, send, signUp } from '#support/people.js';
import { BUILT, builtIn, type Running, startImage } from '#support/processes.js';

const LOOK_MS = 20;
const GROUPS = 5;
const MESSAGES = 200;
/** Six bytes a character in JSON: 24.6 MB in all. */
const LONGEST = '\u0001'.repeat(4_096);

export interface Victim {
  readonly port: number;
  readonly reader: Person;
  readonly bystander: Person;
  readonly chatId: string;
  /** MiB now. */
  memory(): number;
  /** The most since it was asked for the last time, or was started. */
  peak(): number;
  /** How it has ended, if it has. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

/** `folder` is that of the build. */
export async function startVictim(folder: string | undefined, mostMiB: number): Promise<Victim> {
  const data = await mkdtemp(join(tmpdir(), 'minitelegram-siege-'));
  const env = { DATA_DIR: data, HOST: '127.0.0.1', SHUTDOWN_GRACE_MS: '3000', LOG_LEVEL: 'error' };
  // As much heap as Node takes in a container of that size.
  const options = { NODE_ENV: 'production', NODE_OPTIONS: `--max-old-space-size=${mostMiB / 2}` };
  const program = folder === undefined ? BUILT : builtIn(folder);
  const running = await startImage('all', { ...env, LOG_LEVEL: 'info', ...options }, { program });
  let end: string | undefined;
  let highest = 0;
  const watch = setInterval(() => {
    highest = Math.max(highest, statusOf(running, 'VmRSS'));
    if (highest <= mostMiB) return;
    end ??= `killed above ${mostMiB} MiB`;
    void running.kill();
  }, LOOK_MS);
  void running.exited.then(({ code, signal }) => {
    clearInterval(watch);
    end ??= `ended: ${signal ?? code}`;
  });
  const [reader, bystander, other] = await Promise.all(
    ['Reader', 'Bystander', 'Other'].map(name => signUp(running.url, name)),
  );
  const chatId = await fill(reader as Person, other as Person);
  return {
    ...{ reader: reader as Person, bystander: bystander as Person, chatId },
    port: Number(new URL(running.url).port),
    memory: () => statusOf(running, 'VmRSS'),
    peak() {
      const peak = Math.max(highest, statusOf(running, 'VmHWM'));
      highest = 0;
      // The kernel begins to watch for the highest anew.
      if (end === undefined) writeFileSync(`/proc/${running.pid}/clear_refs`, '5');
      return peak;
    },
    ended: () => end,
    async stop() {
      if (end === undefined) await running.stop().catch(() => running.kill());
      await endOrphans(data);
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Answers one of the chats that it fills. */
async function fill(reader: Person, other: Person): Promise<string> {
  const live = await other.connect();
  const chats = [];
  for (let n = 0; n < GROUPS; n++) {
    const { id } = await group(other, [reader], `group ${n}`);
    for (let sent = 0; sent < MESSAGES; sent += 50) {
      await Promise.all(Array.from({ length: 50 }, () => send(live, id, LONGEST)));
    }
    chats.push(id);
  }
  other.leave();
  return chats[0] as string;
}

function statusOf({ pid }: Running, what: 'VmRSS' | 'VmHWM'): number {
  try {
    const [, kib = '0'] = new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kib) / 1_024);
  } catch {
    return 0;
  }
}
