/** Brings a service up around its HTTP server, which answers health from the first moment, and takes it down again. */
import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import { Failure } from './contract/failure.js';
import type { Part } from './contract/ports.js';
import { createMetrics } from './core/metrics.js';
import type { Product } from './entrypoint.js';
import { type Hosted, host } from './host.js';
import { refuse } from './http/answer.js';
import { bind } from './http/bind.js';
import { createBounds, UNCOUNTED } from './http/bounds/bounds.js';
import { trustedProxies } from './http/connections/client-address.js';
import { createHealth, type Phase } from './http/health.js';
import { createListener, type ListenerParts } from './http/listener.js';
import { newId } from './new-id.js';
import { openPorts } from './open-ports.js';
import { reachedAt } from './reached-at.js';
import { openTelemetry } from './telemetry.js';
import type { ValuesOf, Variables } from './variables.js';

const READY_CHECK_MS = 5;
/** Of the grace, for letting clients go; the rest is for what they asked for last. */
const DRAIN_SHARE = 0.8;

interface Serving<Own extends Variables> {
  /** Of the entry point. */
  readonly name: string;
  readonly standalone: boolean;
  readonly product: Product<Own>;
  readonly config: Config<ValuesOf<Own>>;
  readonly log: Logger;
  /** Resolves when the process is to go. */
  readonly signal: Promise<NodeJS.Signals>;
}

/** Never resolves: the process ends. */
export async function serve<Own extends Variables>(serving: Serving<Own>): Promise<void> {
  const { name, standalone, product, config, log, signal } = serving;
  const metrics = createMetrics(name);
  const registered: Part[] = [];
  const register = <Kind extends Part>(part: Kind): Kind => {
    registered.push(part);
    return part;
  };
  const owner = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  let phase: Phase = 'starting';
  const health = createHealth(
    () => registered,
    () => phase,
  );
  const proxies = trustedProxies(config.trustProxy ?? []);
  const bounds = createBounds({ proxies, ...(!config.rateLimit && { limits: UNCOUNTED }) });
  const { eventsToken } = config;
  // A standalone process shares its port with people: without a token it could not tell them from those who send events.
  const takesEvents = !standalone || eventsToken !== undefined;
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

  const telemetry = openTelemetry({
    ...{ config, service: name, owner, metrics, log },
    ...(product.name !== undefined && { namespace: product.name }),
  });
  let hosted: Hosted | undefined;
  async function start(): Promise<void> {
    const { entrypoint } = await product.load(name);
    const { open, serves } = entrypoint;
    const service = serves?.(entrypoint.service, config) ?? entrypoint.service;
    const { tracer, instrument } = await telemetry;
    const { migrations, site } = product;
    const opening = { config, log, owner, register, ...(migrations && { migrations }) };
    const resources = instrument(open(opening));
    // Asked for together, so that they connect at the same time; what takes the most round trips comes first.
    const [queues, fanout, ports, edge, limits] = await Promise.all([
      resources.queues(),
      resources.fanout(),
      openPorts(service, entrypoint.ports(resources, opening)),
      resources.edge?.({ listener, proxies, bounds, ...(site && { site }) }),
      config.rateLimit ? resources.limits?.() : undefined,
    ]);
    hosted = await host({
      service,
      ports,
      queues,
      fanout,
      metrics,
      log,
      newId,
      bounds,
      ...(config.partitions !== undefined && { partitions: config.partitions }),
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
      log.info({ ...reachedAt({ standalone, ...config }, port), startupMs }, 'ready');
    }, READY_CHECK_MS);
  }

  async function drain(): Promise<void> {
    phase = 'draining';
    front.leaving = true;
    if (takesEvents) front.receiveEvents = goingAway;
    await hosted?.drain(config.shutdownGraceMs * DRAIN_SHARE);
    await listener.close();
    for (const part of registered.splice(0).reverse()) await part.close();
    await (await telemetry).close();
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
