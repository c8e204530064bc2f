/** `node dist/main.js orders` */
import { run } from 'function-runtime';

await run({
  entrypoints: { orders: { requires: [], standalone: true } },
  settings: {},
  load: () => import('./orders.js'),
  migrations: new URL('../migrations/', import.meta.url),
});
