/**
 * Files let everything else pass: in one turn of the event loop so many of their chunks go on, of all transfers together,
 * and the others wait in their order. Who has sent a message waits for some chunks, and not for one of each transfer.
 */
const CHUNKS = 4;

/** What it gives is asked for before each chunk; undefined where that may go on at once. */
export function chunkTurns(chunks = CHUNKS): () => Promise<void> | undefined {
  const waiting: (() => void)[] = [];
  let left = chunks;
  let isBegun = false;

  function begin(): void {
    if (isBegun) return;
    isBegun = true;
    setImmediate(() => {
      isBegun = false;
      left = chunks;
      if (waiting.length > 0) begin();
      for (const goOn of waiting.splice(0, left)) {
        left--;
        goOn();
      }
    });
  }

  return () => {
    begin();
    if (left === 0) return new Promise(resolve => void waiting.push(resolve));
    left--;
    return undefined;
  };
}
