/** The peer ejabberd, run by a kit that is not part of this project: a folder with `run.sh` and `load.mjs`. */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figures, Length, Side } from '../bench-case.js';
import type { Talk } from './chat.js';

const run = promisify(execFile);

/** Null where nothing that was sent in the measured time had arrived by its end. */
interface Times {
  readonly p50: number | null;
  readonly p99: number | null;
}

/** What the kit's load client prints, as far as it is needed here. */
interface Printed {
  readonly msgPerS: number;
  readonly deliveredPerS: number;
  readonly e2eMs: Times;
  readonly ackMs: Times;
  readonly lastMemberMs: Times;
  readonly ejabberdUsPerMsg: number;
  readonly postgresUsPerMsg: number;
  readonly clientUsPerDelivery: number;
  readonly otherCores: number;
  readonly storedOk: boolean;
}

/** Starts it; answers what stops it. */
export async function startEjabberd(
  folder: string | undefined,
): Promise<{ stop(): Promise<void> } | { missing: string }> {
  if (folder === undefined) return { missing: 'no --ejabberd FOLDER with its kit was given' };
  const control = (word: string) => run(join(folder, 'run.sh'), [word], { cwd: folder, timeout: 60_000 });
  try {
    await access(join(folder, 'load.mjs'));
    await control('start');
  } catch (error) {
    return { missing: `ejabberd does not start: ${(error as Error).message}` };
  }
  return { stop: async () => void (await control('stop')) };
}

export function ejabberdSide(talk: Talk): Side {
  return {
    name: 'ejabberd',
    async open(stage) {
      const peer = await stage.ejabberd();
      if ('missing' in peer) return peer;
      const folder = stage.options.ejabberd!;
      return {
        async round({ warmS, seconds }: Length) {
          const words = [...wordsOf(talk), `--warm=${warmS}`, `--secs=${seconds}`];
          const { stdout } = await run(process.execPath, [join(folder, 'load.mjs'), ...words], {
            cwd: folder,
            timeout: 180_000,
          });
          const printed = JSON.parse(stdout.trim().split('\n').at(-1)!) as Printed;
          if (!printed.storedOk) throw new Error('ejabberd has not stored what it acknowledged');
          return figuresOf(printed, talk);
        },
        close: async () => {},
      };
    },
  };
}

/** Rooms without an acknowledgement a stanza, which is its best. */
function wordsOf({ chats, members, inFlight, rate }: Talk): string[] {
  const pace = rate === undefined ? `--window=${inFlight}` : `--rate=${rate}`;
  if (members === 2) return ['--case=direct', `--pairs=${chats}`, pace];
  return ['--case=room', `--rooms=${chats}`, `--members=${members}`, '--sm=0', pace];
}

function figuresOf(printed: Printed, { members }: Talk): Figures {
  const { msgPerS, deliveredPerS, ejabberdUsPerMsg, postgresUsPerMsg, clientUsPerDelivery } = printed;
  const pairs = members === 2;
  const perWork = pairs ? 1 : msgPerS / deliveredPerS;
  return {
    values: {
      'messages/s': msgPerS,
      'deliveries/s': deliveredPerS,
      [`server CPU µs/${pairs ? 'message' : 'delivery'}`]: (ejabberdUsPerMsg + postgresUsPerMsg) * perWork,
      'ack p50 ms': printed.ackMs.p50 ?? Number.NaN,
      'ack p99 ms': printed.ackMs.p99 ?? Number.NaN,
      'arrival p50 ms': printed.e2eMs.p50 ?? Number.NaN,
      'arrival p99 ms': printed.e2eMs.p99 ?? Number.NaN,
      'last arrival p99 ms': printed.lastMemberMs.p99 ?? Number.NaN,
    },
    cpu: {
      ejabberd: ejabberdUsPerMsg * perWork,
      PostgreSQL: postgresUsPerMsg * perWork,
      client: clientUsPerDelivery * (pairs ? deliveredPerS / msgPerS : 1),
    },
    otherCores: printed.otherCores,
  };
}
