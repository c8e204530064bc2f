/**
 * Acknowledgements of one channel, gathered for a moment, so that many are one frame on the wire and one entry in the
 * queue's log. Nobody waits for them; should the process die meanwhile, a little more is delivered again.
 */

/** Messages go by their delivery tags, which a channel counts: 1, 2, 3, … */
export interface Acks {
  /** The next message was handed over. */
  open(): void;
  /** It is done. */
  settle(tag: number): void;
  /** It is done, and the broker knows. */
  known(tag: number): void;
  /** Messages handed over and not done. */
  readonly size: number;
  /** Sends what is gathered. */
  flush(): void;
}

/** Each costs the broker an entry in a log on its disk; after a crash, what was done in this time is delivered again. */
const GATHER_MS = 100;

/**
 * `ack` acknowledges the message alone, or it and everything before it. Of `most` messages that may be handed over, no
 * more than half wait for their acknowledgement only, or the broker would have nothing more to hand over.
 */
export function gatherAcks(most: number, ack: (tag: number, allUpTo: boolean) => void): Acks {
  let opened = 0;
  let settled = 0;
  let untold = 0;
  /** It and everything before it are done. */
  let upTo = 0;
  /** The last of those that the broker has still to be told of; 0 for none. */
  let head = 0;
  /** Done while something before it is not, and whether the broker has been told. */
  const ahead = new Map<number, boolean>();
  let soon: NodeJS.Timeout | undefined;

  /** What was done ahead joins those before it. */
  function closeUp(): void {
    for (let told = ahead.get(upTo + 1); told !== undefined; told = ahead.get(upTo + 1)) {
      upTo++;
      ahead.delete(upTo);
      if (!told) head = upTo;
    }
  }

  function flush(): void {
    clearTimeout(soon);
    soon = undefined;
    untold = 0;
    if (head > 0) ack(head, true);
    head = 0;
    for (const [tag, told] of ahead) {
      if (told) continue;
      ahead.set(tag, true);
      ack(tag, false);
    }
  }

  return {
    open: () => void opened++,
    settle(tag) {
      if (tag <= upTo || ahead.has(tag)) return;
      settled++;
      if (tag === upTo + 1) {
        upTo = head = tag;
        if (ahead.size > 0) closeUp();
      } else ahead.set(tag, false);
      if (++untold >= most / 2) flush();
      else soon ??= setTimeout(flush, GATHER_MS);
    },
    known(tag) {
      if (tag <= upTo || ahead.has(tag)) return;
      settled++;
      ahead.set(tag, true);
      closeUp();
    },
    get size() {
      return opened - settled;
    },
    flush,
  };
}
