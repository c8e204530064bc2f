/** Ids: UUIDs of version 7, each greater than those that this process made before. */
import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const SIZE = 16;
/** Random bytes for many ids at once: each request to the system for some costs more than an id. */
const pool = new Uint8Array(SIZE * 256);
/** Where each id's are put in turn: a view of others for each would cost as much as the id. */
const random = pool.subarray(0, SIZE);
const view = new DataView(pool.buffer);
let used = pool.length;
let msecs = 0;
let seq = 0;

export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = SIZE;
  }
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    seq = view.getUint32(used) >>> 1;
  } else {
    seq = (seq + 1) >>> 0;
    if (seq === 0) msecs += 1;
  }
  pool.copyWithin(0, used, used + SIZE);
  used += SIZE;
  return v7({ random, msecs, seq });
}
