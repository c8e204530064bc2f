/**
 * Acknowledgements of one channel, gathered over a turn of the event loop, so that a batch is one frame on the wire
 * and one entry in the queue's log.
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

/** `ack` acknowledges the message alone, or it and everything before it. */
export function gatherAcks(ack: (message: ConsumeMessage, allUpTo: boolean) => void): Acks {
  const open = new Map<number, ConsumeMessage>();
  const done = new Map<number, ConsumeMessage>();
  let scheduled = false;

  function flush(): void {
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
      if (scheduled) return;
      scheduled = true;
      setImmediate(() => {
        scheduled = false;
        flush();
      });
    },
    get size() {
      return open.size - done.size;
    },
    flush,
  };
}
