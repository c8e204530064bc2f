/** The caller of a function whose access level promises one. */

import type { Caller } from 'function-runtime';
import { Failure } from 'function-runtime';

/** Throws `unauthorized` when there is none, so that a wrong binding refuses instead of acting for nobody. */
export function callerOf({ caller }: { readonly caller?: Caller | undefined }): Caller {
  if (!caller) throw new Failure('unauthorized', 'sign in first');
  return caller;
}
