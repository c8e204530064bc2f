/** The caller of a function that needs one. Its access level has made sure of it; this says so to the compiler. */
import { Failure } from '../../runtime/contract/failure.js';
import type { Caller, Context } from '../../runtime/contract/function.js';

export function callerOf({ caller }: Pick<Context, 'caller'>): Caller {
  if (!caller) throw new Failure('unauthorized', 'sign in first');
  return caller;
}
