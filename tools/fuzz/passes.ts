/** One pass: a deployment is started, peopled, attacked by some of the targets for a while, and looked at afterwards. */
import type { Deployment } from '#support/deployment.js';
import { request } from '#support/rest.js';
import { type Attack, inputsIn, prepareAttack, type Tally, type TargetName } from './attack.js';
import { attackFraming } from './broken-target.js';
import { attackThroughClients } from './client-target.js';
import type { Findings } from './findings.js';
import { attackHttp } from './http-target.js';
import { attackWithPackets } from './packet-target.js';
import { attackQueues } from './queue-target.js';
import { attackSockets } from './socket-target.js';
import { type Growth, watch } from './watch.js';
import { bystanders } from './witness.js';
import { peopled, type World } from './world.js';

const ATTACKS: Readonly<Record<TargetName, (attack: Attack) => Promise<void>>> = {
  http: attackHttp,
  broken: attackFraming,
  socket: attackSockets,
  client: attackThroughClients,
  packets: attackWithPackets,
  queues: attackQueues,
};

export interface PassOptions {
  readonly name: string;
  readonly deployment: Deployment;
  readonly targets: readonly TargetName[];
  readonly ms: number;
  readonly seed: number;
  readonly findings: Findings;
  /** Of the first target, this input and no other. */
  readonly input?: number;
  /** Rate limits are on, and must stop somebody who asks too often. */
  readonly limited?: boolean;
  /** Of each target; as many as there is time for, if not said. */
  readonly most?: number;
  readonly progress: (line: string) => void;
}

export interface PassResult {
  readonly name: string;
  readonly tally: Tally;
  /** While inputs were sent. */
  readonly ms: number;
  readonly growth: readonly Growth[];
  readonly witness: { readonly messages: number; readonly slowestMs: number };
}

const PROGRESS_EVERY_MS = 2_000;

export async function runPass(options: PassOptions): Promise<PassResult> {
  const { name, deployment, targets, ms, seed, findings, input, most, limited = false, progress } = options;
  const world = await peopled(deployment);
  const others = await bystanders(deployment, findings);
  const guard = await watch(deployment, findings);
  const started = Date.now();
  const attack = prepareAttack({
    deployment,
    world,
    findings,
    seed,
    going: () => Date.now() - started < ms,
    ...(most !== undefined && { most }),
    ...(input !== undefined && { only: input, trace: (direction, text) => progress(`${direction} ${text}`) }),
  });
  const count = () => [...attack.tally.values()].reduce((sum, outcomes) => sum + inputsIn(outcomes), 0);
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    progress(`${name}: ${seconds} s, ${count()} inputs, ${findings.count} findings`);
  }, PROGRESS_EVERY_MS);
  await Promise.all(targets.map(target => ATTACKS[target](attack)));
  clearInterval(timer);
  if (limited && !(await isLimited(world))) findings.add('rate limits that limit nobody', `${SEARCHES} searches`);
  const witness = await others.leave();
  const growth = await guard.end();
  world.leave();
  return { name, tally: attack.tally, ms: Math.min(ms, Date.now() - started), growth, witness };
}

/** More searches at once than anybody may do. */
const SEARCHES = 150;

async function isLimited({ actors: [actor] }: World): Promise<boolean> {
  const { gateway, token } = actor!;
  const search = async () => (await request(gateway, 'GET', '/v1/users?query=nobody', { token })).status;
  return (await Promise.all(Array.from({ length: SEARCHES }, search))).includes(429);
}
