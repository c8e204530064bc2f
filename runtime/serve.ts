/** Brings an image up around its HTTP server, which answers health from the first moment, and takes it down again. */
import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Config, ImageName } from './config.js';
import { Failure } from './contract/failure.js';
import type { Part } from './contract/ports.js';
import { type Hosted, host } from './core/host.js';
import { createMetrics } from './core/metrics.js';
import { openEyes } from './eyes.js';
import { refuse } from './http/answer.js';
import { bind } from './http/bind.js';
import { createBounds, LIMITS, UNCOUNTED } from './http/bounds.js';
import { trustedProxies } from './http/client-address.js';
import { createHealth, type Phase } from './http/health.js';
import { createListener, type ListenerParts } from './http/listener.js';
import { makePorts } from './images/ports.js';
import { newId } from './new-id.js';
import type { Program } from './programs/program.js';
import { reachedAt } from './reached-at.js';

const READY_CHECK_MS = 5;
/** Of the grace, for letting clients go; the rest is for what they asked for last. */
const DRAIN_SHARE = 0.8;

/** `signal` resolves when the process is to go. Never resolves: the process ends. */
export async function serve(
  imageName: Exclude<ImageName, 'migrate'>,
  config: Config,
  log: Logger,
  signal: Promise<NodeJS.Signals>,
): Promise<void> {
  const metrics = createMetrics(imageName);
  const made: Part[] = [];
  const keep = <Kind extends Part>(part: Kind): Kind => {
    made.push(part);
    return part;
  };
  const owner = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  let phase: Phase = 'starting';
  const health = createHealth(
    () => made,
    () => phase,
  );
  const proxies = trustedProxies(config.trustProxy ?? []);
  const bounds = createBounds({ proxies, limits: config.rateLimit ? LIMITS : UNCOUNTED });
  const { eventsToken } = config;
  // `all` shares its port with people: without a token it could not tell them from those who send events.
  const takesEvents = imageName !== 'all' || eventsToken !== undefined;
  const front: ListenerParts = {
    health,
    metrics,
    proxies,
    bounds,
    receiveEvents: takesEvents ? goingAway : nothingHere,
    routes: goingAway,
  };
  const listener = createListener(front);
  const { server } = listener;
  const port = await bind(server, config);

  const eyes = openEyes({ config, image: imageName, owner, metrics, log });
  let hosted: Hosted | undefined;
  async function start(): Promise<void> {
    const { image, open } = await programOf(imageName);
    const { tracer, seen } = await eyes;
    const parts = seen(open({ config, log, owner, keep }));
    // Asked for together, so that they connect at the same time; what takes the most round trips comes first.
    const [queues, fanout, ports, edge, limits] = await Promise.all([
      parts.queues(),
      parts.fanout(),
      makePorts(image, parts, { limited: config.rateLimit }),
      parts.edge?.(listener, proxies, bounds),
      config.rateLimit ? parts.limits?.() : undefined,
    ]);
    hosted = await host({
      image,
      ports,
      queues,
      fanout,
      metrics,
      log,
      newId,
      bounds,
      ...(eventsToken !== undefined && { eventsToken }),
      ...(tracer && { tracer }),
      ...(limits && { limits }),
      ...(edge && { edge }),
    });
    if (takesEvents) front.receiveEvents = hosted.receiveEvents;
    if (hosted.routes) front.routes = hosted.routes;
    else delete front.routes;
    // Asked to go before it was there: it does not pretend to be.
    if (phase !== 'starting') return;
    phase = 'serving';
    const check = setInterval(() => {
      const { ready } = health.report();
      if (phase === 'serving' && !ready) return;
      clearInterval(check);
      // Told to go before it was ready: it never was.
      if (!ready) return;
      const startupMs = Math.round(performance.now());
      log.info({ ...reachedAt(imageName, config, port), startupMs }, 'ready');
    }, READY_CHECK_MS);
  }

  async function drain(): Promise<void> {
    phase = 'draining';
    front.leaving = true;
    if (takesEvents) front.receiveEvents = goingAway;
    await hosted?.drain(config.shutdownGraceMs * DRAIN_SHARE);
    await listener.close();
    for (const part of made.splice(0).reverse()) await part.close();
    await (await eyes).close();
  }

  // A promise that nobody waits for is a defect, but no reason to leave everybody who is being served.
  process.on('unhandledRejection', err => log.error({ err }, 'unhandled rejection'));
  // Left to itself, Node would print the error with all that hangs on it.
  process.on('uncaughtException', err => {
    log.fatal({ err }, 'uncaught exception');
    process.exit(1);
  });
  await Promise.race([start(), signal]);
  log.info({ signal: await signal }, 'draining');
  const late = setTimeout(() => {
    log.warn({}, 'the grace is over with work in hand; it will be done again elsewhere');
    process.exit(0);
  }, config.shutdownGraceMs);
  await drain();
  clearTimeout(late);
  log.info({}, 'drained');
  process.exit(0);
}

/** By its name: beside a bundle lies the program of its own image, and no other. */
async function programOf(name: string): Promise<Program> {
  const { program } = (await import(`./programs/${name}.js`)) as { program: Program };
  return program;
}

/** Not yet, or not any more: whoever sends events tries again, elsewhere if there is an elsewhere. */
const goingAway: RequestListener = (request, response) => {
  request.resume();
  refuse(response, new Failure('unavailable', 'not serving right now', { retryAfterMs: 1_000 }));
};

/** What is not here is not read. */
const nothingHere: RequestListener = (request, response) => {
  request.resume();
  refuse(response, new Failure('not_found', 'there is nothing here'));
};
