/** Processes that begin with the older build, and go from mix to mix while people talk: one process after the other. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { queues } from '#functions/services/queues.js';
import { physicalQueues } from '#runtime/core/partitions.js';
import { rawAmqp } from '#support/amqp.js';
import { eventually } from '#support/eventually.js';
import { BUILT, type Env, type Program, runImage } from '#support/processes.js';
import { claimServices, type Services } from '#support/services.js';
import type { Round } from '../chaos/round.js';
import type { Stage } from '../chaos/stage.js';
import { type Fleet, fleet, GRACE_MS, IMAGES } from '../chaos/world/fleet.js';
import { readNumbers, watchNumbers } from '../chaos/world/numbers.js';
import { lastingPort } from '../chaos/world/ports.js';
import { isNewer, MIXES, type Mix } from './mixes.js';

const PATIENCE_MS = 60_000;

/** Two processes of each service. The time that there is to play is shared by the mixes. */
export async function rollingStage(logs: string, older: Program): Promise<Stage> {
  const services = await claimed();
  const folder = await mkdtemp(join(tmpdir(), 'minitelegram-rolling-'));
  const keyPath = join(folder, 'key.pem');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const env = {
    ...{ DSN: services.dsn, REDIS_ADDR: services.redis, AMQP_URL: services.amqp, JWT_PRIVATE_KEY_PATH: keyPath },
    ...{ RATE_LIMIT: 'off', SHUTDOWN_GRACE_MS: String(GRACE_MS) },
  };
  const processes = fleet(async () => env, logs, older);
  const misdeeds: string[] = [];
  let stopping: Promise<void> | undefined;

  async function stop(): Promise<void> {
    await Promise.all(processes.of('gateway').map(member => member.stop()));
    // What they said last, while there is still who takes it.
    const settled = async () => (await leftBehind(services.amqp)).length === 0;
    await eventually('nothing is left in a queue', settled, { every: 200 }).catch(() => {});
    await Promise.all(processes.members.map(member => member.stop()));
    misdeeds.push(...processes.faults, ...(await leftBehind(services.amqp)));
    await services.release();
    await rm(folder, { recursive: true });
  }

  await migrate(env, older);
  const watched = await watchNumbers(services.dsn);
  const gateways = await begin(processes);
  return {
    gateways,
    direct: gateways,
    misdeeds,
    numbers: () => readNumbers(services.dsn),
    async play({ journal, tracker, untilMs, say }) {
      await migrate(env, BUILT);
      if (!watched) await watchNumbers(services.dsn);
      const rounds: Round[] = [];
      for (const [place, mix] of MIXES.entries()) {
        const from = journal.now();
        say(`${mix.name} …`);
        await become(processes, mix, older);
        const healed = journal.now();
        const served = () => tracker.recovered(healed);
        const recoveryMs = await eventually('each chat is served', served, { within: PATIENCE_MS });
        await pause(Math.max(0, (untilMs - journal.now()) / (MIXES.length - place)));
        const silenceMs = tracker.silence(from);
        rounds.push({ shape: 'alone', faults: [mix.name], from, healed, recoveryMs, silenceMs });
        say(`${mix.name}: the longest silence was ${Math.round(silenceMs)} ms`);
      }
      return rounds;
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

async function claimed(): Promise<Services> {
  const services = await claimServices();
  if ('missing' in services) throw new Error(`real servers are needed: ${services.missing}`);
  return services;
}

async function migrate(env: Env, program: Program): Promise<void> {
  const { code, stderr } = await runImage('migrate', { DSN: env.DSN as string }, { program, within: PATIENCE_MS });
  if (code !== 0) throw new Error(`migrate ended with ${code}\n${stderr}`);
}

/** Answers where the gateways are, and will be again. */
async function begin(processes: Fleet): Promise<readonly string[]> {
  const gateways: string[] = [];
  for (const image of IMAGES) {
    for (const _ of [1, 2]) {
      const port = await lastingPort();
      await processes.add(image, { PORT: String(port) });
      if (image === 'gateway') gateways.push(`http://127.0.0.1:${port}`);
    }
  }
  await Promise.all(processes.members.map(member => member.start()));
  return gateways;
}

async function become(processes: Fleet, mix: Mix, older: Program): Promise<void> {
  for (const image of IMAGES) {
    for (const [place, member] of processes.of(image).entries()) {
      const program = isNewer(mix[image], place) ? BUILT : older;
      if (member.program === program) continue;
      member.program = program;
      await member.stop();
      await member.start();
    }
  }
}

/** What somebody took for poison, and what nobody takes. */
async function leftBehind(amqp: string): Promise<string[]> {
  const broker = await rawAmqp(amqp);
  const names = Object.values(queues)
    .flatMap(physicalQueues)
    .map(({ name }) => name);
  const states = await Promise.all(
    [...names, ...names.map(name => `${name}.dlq`)].map(name => broker.on(channel => channel.checkQueue(name))),
  );
  await broker.close();
  return states.flatMap(({ queue, messageCount }) =>
    messageCount > 0 ? [`${queue} still has ${messageCount} messages in the end`] : [],
  );
}
