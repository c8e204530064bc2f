/** Streams that answers are poured from, for tests that ask how far they were read. */

/** A stream that says how far it was read, and whether it was let go. */
export function stream(chunks: Iterable<Uint8Array | string>) {
  const seen = { pulled: 0, begun: 0, letGo: 0 };
  const bytes: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]() {
      seen.begun++;
      const iterator = chunks[Symbol.iterator]();
      return {
        async next() {
          seen.pulled++;
          const { done, value } = iterator.next();
          return done ? { done: true, value: undefined } : { done: false, value: Buffer.from(value) };
        },
        async return() {
          seen.letGo++;
          return { done: true, value: undefined };
        },
      };
    },
  };
  return { bytes, seen };
}
/** For ever the same. */
export function* endless(chunk: Uint8Array) {
  for (;;) yield chunk;
}
