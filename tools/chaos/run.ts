/** One run: people of its own who talk while things go wrong, and the verdict. Its logs stay in the folder. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { check, type Verdict } from './checker/check.js';
import type { Waiting } from './checker/service.js';
import { seeded } from './random.js';
import type { Round } from './round.js';
import type { Stage } from './stage.js';
import { track } from './tracker.js';
import { ending } from './workload/ending.js';
import { openJournal } from './workload/journal.js';
import { startChatting } from './workload/workload.js';

/** A round, and how long somebody had to wait in it. */
export type Judged = Round & Waiting;

export interface Ran {
  readonly seed: number;
  readonly rounds: readonly Judged[];
  readonly counts: Verdict['counts'];
  /** Each as one line: its name, and the rest. */
  readonly findings: readonly string[];
}

export interface Plan {
  readonly seed: number;
  readonly seconds: number;
  readonly clients: number;
  readonly folder: string;
  readonly open: (folder: string) => Promise<Stage>;
  readonly say: (line: string) => void;
}

const NOTHING: Verdict['counts'] = { sent: 0, acknowledged: 0, stored: 0, shown: 0, holes: 0, changes: 0, uploads: 0 };

export async function runOnce({ seed, seconds, clients, folder, open, say }: Plan): Promise<Ran> {
  const random = seeded(seed);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const stage = await open(folder);
  const journal = openJournal(join(folder, 'clients.jsonl.gz'));
  const { gateways, direct } = stage;
  let rounds: Round[] = [];
  try {
    const uploads = stage.left !== undefined;
    const chatting = await startChatting({ clients, gateways, direct, journal, uploads, random: random.fork() });
    const tracker = track(journal, chatting.chatIds);
    const tell = (line: string) =>
      say(`${Math.round(journal.now() / 1_000)} s: ${tracker.acknowledged}/${tracker.sent} acknowledged; ${line}`);
    const untilMs = journal.now() + seconds * 1_000;
    rounds = await stage.play({ chatting, journal, tracker, random, untilMs, say: tell });
    tell('the end: everybody comes to rest');
    const found = await ending(chatting, direct, journal);
    const outcome = {
      ...found,
      members: chatting.members,
      numbers: await stage.numbers?.(),
      left: await stage.left?.(),
    };
    await chatting.leave();
    await stage.stop();
    const { findings, counts, waits } = check(journal.entries, outcome, rounds);
    const judged = rounds.map((round, place) => ({ ...round, ...waits[place]! }));
    const all = [
      ...findings.map(({ name, detail }) => `${name}: ${detail}`),
      ...stage.misdeeds.map(misdeed => `process: ${misdeed}`),
    ];
    const verdict = { seed, counts, findings: all, rounds: judged };
    await writeFile(join(folder, 'outcome.json.gz'), gzipSync(JSON.stringify(outcome, listed)));
    await writeFile(join(folder, 'verdict.json'), JSON.stringify(verdict, null, 2));
    return verdict;
  } catch (error) {
    // Service that does not come back is a broken promise as well, and the next run can show more.
    const unknown = { slowestMs: Number.NaN, failingMs: Number.NaN };
    return {
      seed,
      rounds: rounds.map(round => ({ ...round, ...unknown })),
      counts: NOTHING,
      findings: [`stuck: ${(error as Error).message}`],
    };
  } finally {
    await stage.stop();
    await journal.close();
  }
}

/** Maps and sets as lists. */
const listed = (_name: string, value: unknown): unknown =>
  value instanceof Map || value instanceof Set ? [...value] : value;
