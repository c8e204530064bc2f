/** A log for tests that do not look at it. */
import type { Log } from '#runtime/contract/function.js';

const nothing = () => undefined;

export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
