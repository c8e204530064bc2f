/** Hosting of functions that were written for Knative's Node.js runtime, for programs that embed it. */
export { defaults } from './hosting/config.js';
export { loadFunction } from './hosting/load-function.js';
export { start } from './hosting/start.js';
export type * from './hosting/types.js';
