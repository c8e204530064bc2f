/** A body that a function takes as it comes. Its end is told to no caller who may not do any more what they do. */
import type { ArrivingBody, Body } from '../contract/bytes.js';
import type { Caller } from '../contract/caller.js';

/**
 * A client may take long over a body, and its session may end meanwhile, or its rights: what is decided when the bytes are
 * in is decided for whoever calls then. `mayStill` rejects with a Failure.
 */
export function bodyFor(
  { type, length, bytes, callerAtEnd }: ArrivingBody<Caller>,
  mayStill: (caller: Caller | undefined) => Promise<void> | undefined,
): Body {
  let taken = false;
  async function* take(): AsyncGenerator<Uint8Array> {
    // Begun again, it would seem to be at its end.
    if (taken) throw new Error('a body is read only once');
    taken = true;
    yield* bytes;
    if (callerAtEnd) await mayStill(await callerAtEnd());
  }
  return { type, ...(length !== undefined && { length }), bytes: { [Symbol.asyncIterator]: take } };
}
