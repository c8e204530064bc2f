/**
 * `npm run fuzz`: sends generated and mutated inputs at HTTP, Socket.IO and the queues, first at one process on embedded
 * parts, then, where servers answer, at the separate images. Exit 1 when anything was found that must never be.
 */
import { parseArgs } from 'node:util';
import { type Deployment, embedded, real } from '#support/deployment.js';
import { TARGETS, type TargetName } from './attack.js';
import { collectFindings } from './findings.js';
import { fuzzMedia } from './media.js';
import { type PassResult, runPass } from './passes.js';
import { inputsOf, perMinute, summary } from './report.js';

const USAGE = `npm run fuzz -- [--seconds 60] [--seed N] [--only http|socket|queues|broken|client|packets] [--input N]
       npm run fuzz -- --packets 1000000 [--seconds 3600] [--seed N]
       npm run fuzz -- --media 10000 [--seed N]`;

const GROUPS: Readonly<Record<string, readonly TargetName[]>> = {
  http: ['http', 'broken'],
  socket: ['socket', 'client', 'packets'],
  ...Object.fromEntries((['broken', 'client', 'packets', 'queues'] as const).map(target => [target, [target]])),
};

const say = (line: string) => void process.stdout.write(`${line}\n`);

function options() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      input: { type: 'string' },
      packets: { type: 'string' },
      media: { type: 'string' },
    },
  });
  const number = (text: string | undefined, otherwise: number) => {
    const value = text === undefined ? otherwise : Number(text);
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(USAGE);
    return value;
  };
  const most = values.packets === undefined ? undefined : number(values.packets, 0);
  const targets = most !== undefined ? GROUPS.packets : values.only === undefined ? TARGETS : GROUPS[values.only];
  if (!targets) throw new Error(USAGE);
  const input = values.input === undefined ? undefined : number(values.input, 0);
  return {
    media: values.media === undefined ? undefined : number(values.media, 0),
    ms: number(values.seconds, most === undefined ? 60 : 3_600) * 1_000,
    seed: number(values.seed, Math.floor(Math.random() * 2 ** 31)),
    targets: input === undefined ? targets : targets.slice(0, 1),
    ...(input !== undefined && { input }),
    ...(most !== undefined && { most }),
  };
}

interface Stage {
  readonly name: string;
  readonly share: number;
  readonly targets: readonly TargetName[];
  readonly limited?: boolean;
  start(): Promise<Deployment | { readonly missing: string }>;
}

const limitedDeployment = () => embedded({ RATE_LIMIT: 'on' });

/** A single input is looked at where it can be sent, without limits, and so many packets are thrown at one process. */
function stages(targets: readonly TargetName[], input: number | undefined, most: number | undefined): Stage[] {
  const edge = targets.filter(target => target !== 'queues');
  const all: Stage[] = [
    { name: 'embedded', share: 0.45, targets: edge, start: () => embedded() },
    { name: 'embedded, with rate limits', share: 0.1, targets: edge, limited: true, start: limitedDeployment },
    { name: 'real servers', share: 0.45, targets, start: real },
  ];
  const useful = all.filter(stage => stage.targets.length > 0);
  return input === undefined && most === undefined ? useful : useful.slice(0, 1);
}

async function brokenMedia(count: number, seed: number): Promise<boolean> {
  const { found, refused, ended, findings } = await fuzzMedia(count, seed);
  say(`seed ${seed}: ${count} broken media, ${found} found out about, ${refused} refused, ${ended} processes ended`);
  for (const finding of findings) say(finding);
  return findings.length === 0;
}

async function fuzz(): Promise<boolean> {
  const { ms, seed, targets, input, most, media } = options();
  if (media !== undefined) return brokenMedia(media, seed);
  const findings = collectFindings();
  const results: PassResult[] = [];
  say(`seed ${seed}`);
  for (const { name, share, targets: aims, limited = false, start } of stages(targets, input, most)) {
    const deployment = await start();
    if ('missing' in deployment) {
      say(`SKIPPED: ${name}: ${deployment.missing}`);
      continue;
    }
    try {
      const pass = {
        name,
        deployment,
        targets: aims,
        ms: most === undefined ? ms * share : ms,
        seed,
        findings,
        limited,
        progress: say,
      };
      results.push(
        await runPass({ ...pass, ...(input !== undefined && { input }), ...(most !== undefined && { most }) }),
      );
    } finally {
      await deployment.stop().catch(error => findings.add(`${name} does not stop as it should`, String(error)));
    }
  }
  const total = results.reduce((sum, result) => sum + inputsOf(result), 0);
  say(
    `\n${summary(results)}\n\n${total} inputs, ${perMinute(results)} a minute, ${findings.count} findings, seed ${seed}`,
  );
  if (findings.count > 0) say(`\n${findings.report(seed)}`);
  return findings.count === 0;
}

fuzz().then(
  clean => {
    process.exitCode = clean ? 0 : 1;
  },
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
