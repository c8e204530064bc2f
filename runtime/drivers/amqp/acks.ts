/**
 * Acknowledgements of one channel, gathered for a moment, so that many are one frame on the wire and one entry in the
 * queue's log. Nobody waits for them; should the process die meanwhile, a little more is delivered again.
 */
import type { ConsumeMessage } from 'amqplib';

export interface Acks {
  /** A message was handed over. Tags rise. */
  open(message: ConsumeMessage): void;
  /** It is done. */
  settle(message: ConsumeMessage): void;
  /** Messages handed over and not done. */
  readonly size: number;
  /** Sends what is gathered. */
  flush(): void;
}

/** Short beside the time in which a consumer works off what it may have in hand. */
const GATHER_MS = 20;

/**
 * `ack` acknowledges the message alone, or it and everything before it. Of `most` messages that may be handed over, no
 * more than half wait for their acknowledgement only, or the broker would have nothing more to hand over.
 */
export function gatherAcks(most: number, ack: (message: ConsumeMessage, allUpTo: boolean) => void): Acks {
  const open = new Map<number, ConsumeMessage>();
  const done = new Map<number, ConsumeMessage>();
  let soon: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(soon);
    soon = undefined;
    let head: ConsumeMessage | undefined;
    for (const [tag, message] of open) {
      if (!done.has(tag)) break;
      head = message;
      open.delete(tag);
      done.delete(tag);
    }
    if (head !== undefined) ack(head, true);
    for (const [tag, message] of done) {
      open.delete(tag);
      ack(message, false);
    }
    done.clear();
  }

  return {
    open: message => void open.set(message.fields.deliveryTag, message),
    settle(message) {
      const tag = message.fields.deliveryTag;
      if (!open.has(tag)) return;
      done.set(tag, message);
      if (done.size >= most / 2) flush();
      else soon ??= setTimeout(flush, GATHER_MS);
    },
    get size() {
      return open.size - done.size;
    },
    flush,
  };
}
