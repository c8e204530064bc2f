/** Starts a foreign function, and ends it in order: what is in flight is finished, then `shutdown`, then the process. */
import { createServer, type Server } from 'node:http';
import { pino } from 'pino';
import { closeServer, openAnswers } from '../http/connections/open-answers.js';
import { answerUpgrades } from '../http/connections/upgrades.js';
import { settingsOf } from './config.js';
import { drainOnSignal } from './drain.js';
import type { Handler } from './invoke.js';
import { httpMetrics } from './metrics.js';
import { listenerOf } from './serve.js';
import type { AnyHandler, FunctionModule, InvokerOptions } from './types.js';

/** Longer than what a load balancer keeps idle connections for, or it would meet one that just closed. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Resolves when the function is ready for requests, `init` being done; closing the server ends it without `shutdown`.
 * Rejects with TypeError when there is no handler, and with the system's error when the port cannot be had.
 *
 * @example
 * import { start } from 'function-runtime/knative';
 *
 * const server = await start(({ query }) => `Hello, ${query.name}`, { port: 0 });
 */
export async function start(func: AnyHandler | FunctionModule, options: InvokerOptions = {}): Promise<Server> {
  const { handle, init, logLevel, ...hooks } = moduleOf(func);
  const effective: InvokerOptions = { ...(logLevel === undefined ? {} : { logLevel }), ...options, ...hooks };
  const settings = settingsOf(effective);
  const log = pino({ level: settings.logLevel, base: { pid: process.pid, node_version: process.version } });
  await init?.();
  const { liveness, readiness, cors, shutdown } = effective;
  const metrics = httpMetrics(settings.labels);
  let draining = false;
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS },
    listenerOf({
      settings,
      handle: handle as Handler,
      cors,
      liveness,
      readiness,
      log,
      metrics,
      draining: () => draining,
    }),
  );
  const answers = openAnswers(server);
  server.prependListener('request', answers.note);
  answerUpgrades(server, answers);
  await listen(server, settings.port);
  metrics.ready(process.uptime());
  log.info(server.address(), 'listening');
  const forget = drainOnSignal(() => closeServer(server, answers), settings.graceMs, {
    begun: () => {
      draining = true;
    },
    shutdown: async () => shutdown?.(),
    log,
  });
  server.once('close', () => {
    forget();
    metrics.close();
  });
  return server;
}

function moduleOf(func: AnyHandler | FunctionModule): FunctionModule {
  if (typeof func === 'function') return { handle: func };
  if (typeof func?.handle !== 'function') throw new TypeError('Function must export a handle function');
  const { handle, logLevel } = func;
  const isHook = (name: string) => typeof func[name as keyof FunctionModule] === 'function';
  const names = ['init', 'shutdown', 'liveness', 'readiness', 'cors'].filter(isHook) as (keyof FunctionModule)[];
  // Called as methods, because that is how a module that is an object may expect it.
  const bound = names.map(name => {
    const hook = func[name] as HookFunction;
    return [name, Object.assign(hook.bind(func), { path: hook.path })];
  });
  return { handle, ...(logLevel === undefined ? {} : { logLevel }), ...Object.fromEntries(bound) };
}

type HookFunction = ((...args: never[]) => unknown) & { path?: string };

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
