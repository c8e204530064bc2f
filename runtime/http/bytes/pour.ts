/** Pours a stream into an answer. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Bounds } from '../bounds/bounds.js';
import { Patience } from './pace.js';

export type Chunks = AsyncIterable<Uint8Array>;

/** Node's own streams hear of it while they wait, too, and before they were begun. What comes of it is of no use to anybody. */
export function letGo(chunks: Chunks, iterator = chunks[Symbol.asyncIterator]()): void {
  if (chunks instanceof Readable) chunks.destroy();
  else void iterator.return?.().then(undefined, () => {});
}

/**
 * `head` is written when the first bytes are there: what cannot be opened can still be refused. The stream's `return` is
 * called when the client goes or is too slow, also while its next bytes are waited for.
 */
export async function pour(
  chunks: Chunks,
  response: ServerResponse,
  {
    head,
    length,
    owner,
    bounds,
  }: {
    readonly head: () => void;
    readonly length: number | undefined;
    readonly owner: string;
    readonly bounds: Bounds;
  },
): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  let ended = false;
  const stop = (): void => {
    if (ended) return;
    ended = true;
    letGo(chunks, iterator);
  };
  response.once('close', stop);
  const { pace } = bounds;
  const patience = new Patience(pace);
  let waiting = false;
  try {
    const grew = bounds.holdStream(owner, response, () => response.writableLength);
    let sent = 0;
    for (let next = await iterator.next(); ; next = await iterator.next()) {
      await bounds.chunkTurn();
      if (response.destroyed) return;
      if (!response.headersSent) {
        head();
        // Of the connection: that some of a chunk is taken counts as well.
        response.setTimeout(pace.idleMs, () => waiting && response.destroy());
      }
      if (next.done) break;
      const { value } = next;
      sent += value.length;
      if (length !== undefined && sent > length) throw new Error(`more than the ${length} bytes that were said`);
      patience.moved(value.length);
      grew(value.length);
      if (response.write(value)) continue;
      waiting = true;
      await patience.wait(drained(response), () => response.destroy());
      waiting = false;
      if (response.destroyed) return;
    }
    ended = true;
    if (length !== undefined && sent < length) throw new Error(`${sent} bytes, and not the ${length} that were said`);
    response.end();
    await hasLeft(response);
  } catch (thrown) {
    if (response.headersSent) response.destroy();
    throw thrown;
  } finally {
    stop();
  }
}

/** Resolves when the kernel has all that was written, or the connection is gone. */
export function hasLeft(response: ServerResponse): Promise<void> {
  if (response.writableFinished || response.destroyed) return Promise.resolve();
  return new Promise(resolve => void response.once('finish', resolve).once('close', resolve));
}

function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise(resolve => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
