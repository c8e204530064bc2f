/** The entry point of a bundle: `runtime/main.ts`, with what it loads, lies compiled beside it as `image.js`. */
import { fileURLToPath } from 'node:url';
import { loadCompiled } from './load.js';

loadCompiled(fileURLToPath(new URL('image.js', import.meta.url)));
