/** The one call with which a product hands its process to the runtime. */
import { ConfigError, EXIT_CONFIG } from './config-error.js';
import type { Product } from './entrypoint.js';
import type { Variables } from './variables.js';

/**
 * Runs the entry point of this name, by default the command line's first word; `migrate`, where the product has
 * migrations,
 * applies them and ends. Never returns: the process ends with 0 after a drain (SIGTERM, SIGINT), 78 for a fault of
 * configuration, 1 for a defect.
 *
 * @example
 * // main.ts: `node main.js orders`
 * await run({ entrypoints: { orders: { requires: [], standalone: true } }, settings: {}, load: name => import(`./${name}.js`) });
 */
export async function run<Own extends Variables>(product: Product<Own>, entrypoint = process.argv[2]): Promise<void> {
  try {
    const { start } = await import('./start.js');
    await start(product, entrypoint);
  } catch (err) {
    const configuration = err instanceof ConfigError;
    process.stderr.write(configuration ? `${err.message}\n` : `${(err as Error).stack}\n`);
    process.exit(configuration ? EXIT_CONFIG : 1);
  }
}
