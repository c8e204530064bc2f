/** What a product gives the runtime to run: its entry points by name, each with its service, resources and ports. */
import type { Config } from './config.js';
import type { Service } from './contract/service.js';
import type { OpenEdge } from './resources/edge.js';
import type { Opening, Resources } from './resources/resources.js';
import type { ValuesOf, Variables } from './variables.js';

/**
 * What an entry point needs of the configuration: known, and checked, before anything of it is loaded.
 *
 * @example
 * const orders: Requirements = { requires: ['DSN', 'AMQP_URL'] };
 */
export interface Requirements {
  /** Variables without which it refuses to start. */
  readonly requires: readonly string[];
  /**
   * Needs no server: embedded drivers stand in for what is not configured. Because it shares its port with people it
   * listens on 127.0.0.1 unless told otherwise, and takes CloudEvents only with a token.
   */
  readonly standalone?: true;
}

/**
 * How the ports of a product are made, by name. Each is made once, when the service starts, and only where one of its
 * functions needs it.
 *
 * @example
 * const ports: PortFactories = { orders: async () => orderStore(sql) };
 */
export type PortFactories = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * What one process is made of: its service, the drivers behind it, and the ports of its functions.
 *
 * @example
 * import { embeddedResources } from 'function-runtime/resources/embedded';
 *
 * export const entrypoint: Entrypoint = {
 *   service: { name: 'orders', queues: [], bindings: [on(http.post('/orders'), placeOrder)] },
 *   open: embeddedResources,
 *   ports: ({ sql }) => ({ orders: async () => orderStore(await sql()) }),
 * };
 */
export interface Entrypoint<Settings = unknown> {
  readonly service: Service;
  /** What of the service this process has, as it is configured. Default: all of it, which is what documents tell. */
  readonly serves?: (service: Service, config: Config<Settings>) => Service;
  /** Which driver is behind each resource. */
  readonly open: (opening: Opening<Settings>) => Resources & { readonly edge?: OpenEdge };
  readonly ports: (resources: Resources, opening: Opening<Settings>) => PortFactories;
}

/**
 * What is handed to `run`: the entry points by name, and what they have in common.
 *
 * @example
 * const product: Product = {
 *   entrypoints: { orders: { requires: ['DSN'] } },
 *   settings: {},
 *   load: name => import(`./${name}.js`),
 * };
 */
export interface Product<Own extends Variables = Variables> {
  /** The namespace of its services in traces. */
  readonly name?: string;
  readonly entrypoints: Readonly<Record<string, Requirements>>;
  /** Variables of its own. */
  readonly settings: Own;
  /** Loaded when the configuration is known to be right. */
  load(entrypoint: string): Promise<{ readonly entrypoint: Entrypoint<ValuesOf<Own>> }>;
  /** A folder of SQL files, applied in the order of their names. */
  readonly migrations?: URL;
  /** A folder with the built site for people; where it is missing, the page of the service is answered. */
  readonly site?: URL;
  /** Whether a standalone process keeps anything in DATA_DIR. Default: while DSN is unset. */
  keepsFiles?(config: Config<ValuesOf<Own>>): boolean;
}
