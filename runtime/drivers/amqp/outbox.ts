/**
 * The messages that the broker has not confirmed, in the order in which they were handed in. They are written to the
 * channel there is; when it is lost, they are written to the next one again, in the same order and before newer ones.
 */
import { randomBytes } from 'node:crypto';
import { IllegalOperationError } from 'amqplib';
import { Failure } from '../../contract/failure.js';

export interface Letter {
  readonly queue: string;
  readonly content: Buffer;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly wantsReply: boolean;
  /** Whether it is worth to be written again to the next channel; one that is not fails with its channel. */
  readonly repeat: boolean;
}

/** Writes to the channel. `id` is the same each time that the letter is written. */
export type Write = (letter: Letter, id: string) => void;

export interface OutboxOptions {
  readonly maxPending: number;
  readonly timeoutMs: number;
}

export interface Confirmation {
  readonly deliveryTag: number;
  /** It and everything before it. */
  readonly multiple: boolean;
}

interface Entry {
  readonly id: string;
  readonly letter: Letter;
  readonly timer: NodeJS.Timeout;
  readonly resolve: () => void;
  readonly reject: (failure: Failure) => void;
  /** Its delivery tag on the channel that there is, once it is written. */
  tag: number | undefined;
}

const unavailable = (message: string, cause?: unknown) => new Failure('unavailable', message, { cause });

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox({ maxPending, timeoutMs }: OutboxOptions) {
  const process = randomBytes(6).toString('hex');
  const pending = new Map<string, Entry>();
  const byTag = new Map<number, Entry>();
  let write: Write | undefined;
  let paused = false;
  let handedIn = 0;
  let lastTag = 0;
  let closed = false;
  let onEmpty: () => void = () => undefined;

  function settle(entry: Entry, failure?: Failure): void {
    if (!pending.delete(entry.id)) return;
    clearTimeout(entry.timer);
    if (failure === undefined) entry.resolve();
    else entry.reject(failure);
    if (pending.size === 0) onEmpty();
  }

  function transmit(entry: Entry): void {
    if (write === undefined || paused || entry.tag !== undefined) return;
    try {
      write(entry.letter, entry.id);
    } catch (error) {
      // A channel that has just ended: its successor takes the letter. Anything else would fail there as well.
      if (!(error instanceof IllegalOperationError)) settle(entry, unavailable('the message cannot be sent', error));
      return;
    }
    lastTag += 1;
    entry.tag = lastTag;
    byTag.set(lastTag, entry);
  }

  /** The entries that a confirmation speaks of; the channel has nothing more to say about them. */
  function take({ deliveryTag, multiple }: Confirmation): Entry[] {
    const taken: Entry[] = [];
    for (const tag of multiple ? byTag.keys() : [deliveryTag]) {
      if (tag > deliveryTag) break;
      const entry = byTag.get(tag);
      byTag.delete(tag);
      if (entry !== undefined) taken.push(entry);
    }
    return taken;
  }

  return {
    send(letter: Letter): Promise<void> {
      if (closed) return Promise.reject(unavailable('closed'));
      if (pending.size >= maxPending) return Promise.reject(unavailable('too many messages wait for the broker'));
      return new Promise((resolve, reject) => {
        handedIn += 1;
        const id = `${process}.${handedIn}`;
        const timer = setTimeout(() => settle(entry, unavailable('the broker did not confirm in time')), timeoutMs);
        const entry: Entry = { id, letter, timer, resolve, reject, tag: undefined };
        pending.set(id, entry);
        transmit(entry);
      });
    },
    /** A fresh confirm channel: everything that is not confirmed is written to it, oldest first. */
    attach(writeToChannel: Write): void {
      write = writeToChannel;
      lastTag = 0;
      byTag.clear();
      for (const entry of pending.values()) {
        entry.tag = undefined;
        transmit(entry);
      }
    },
    detach(): void {
      write = undefined;
      byTag.clear();
      for (const entry of pending.values()) {
        if (!entry.letter.repeat) settle(entry, unavailable('the connection was lost before the broker confirmed'));
      }
    },
    /** Nothing is written while the broker does not want to read. */
    pause(isPaused: boolean): void {
      paused = isPaused;
      for (const entry of pending.values()) transmit(entry);
    },
    confirm(confirmation: Confirmation): void {
      for (const entry of take(confirmation)) settle(entry);
    },
    /** The broker did not take them: they wait for the next channel. */
    refuse(confirmation: Confirmation): void {
      take(confirmation);
    },
    /** Nobody has it, though the broker is about to confirm it: it waits for the next channel. */
    returned(id: string): void {
      const tag = pending.get(id)?.tag;
      if (tag !== undefined) byTag.delete(tag);
    },
    fail(id: string, failure: Failure): void {
      const entry = pending.get(id);
      if (entry !== undefined) settle(entry, failure);
    },
    /** Resolves when nothing waits. */
    empty(): Promise<void> {
      return pending.size === 0
        ? Promise.resolve()
        : new Promise(resolve => {
            onEmpty = resolve;
          });
    },
    close(): void {
      closed = true;
      for (const entry of pending.values()) settle(entry, unavailable('closed before the broker confirmed'));
    },
  };
}
