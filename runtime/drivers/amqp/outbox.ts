/**
 * The messages that the broker has not confirmed, in the order in which they were handed in. They are written to the
 * channel there is; when it is lost, they are written to the next one again, in the same order and before newer ones.
 * They are bounded in number, in bytes and in time: nobody waits for a broker that is known to take nothing.
 */
import { randomBytes } from 'node:crypto';
import { IllegalOperationError, type Options } from 'amqplib';
import { Failure } from '../../contract/failure.js';
import { EphemeralMap } from '../../core/ephemeral-map.js';
import { type Confirmation, type DeliveryTags, deliveryTags } from './delivery-tags.js';

export interface OutgoingMessage {
  /** Default: the broker's own, which takes a queue's name for its routing key. */
  readonly exchange?: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: Options.Publish;
  /**
   * Whether somebody waits for it: it is written again to the next channel, and fails when its time is over or the
   * broker takes nothing. One that is not repeated waits for as long as there is no channel, and fails with its own.
   */
  readonly repeat: boolean;
}

/** Writes to the channel, and says whether it takes more. `id` is the same each time that the message is written. */
export type Write = (message: OutgoingMessage, id: string) => boolean;

export interface OutboxOptions {
  readonly maxPending?: number;
  readonly maxBytes?: number;
  /** How long a message waits for its confirmation, and how long a broker is away before none waits for it any more. */
  readonly timeoutMs?: number;
}

/** What a gateway takes on in the time below when it is busy, several times over. */
const MAX_PENDING = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;
/** Longer than a lost connection needs to be there again; a person who waits would soon take it for silence. */
const TIMEOUT_MS = 3_000;

/** Node's timers go off up to so much before their time: those who waited it out are not to be followed by one who waits again. */
const EARLY_MS = 1;

interface Entry {
  readonly id: string;
  readonly message: OutgoingMessage;
  readonly timer: NodeJS.Timeout | undefined;
  readonly resolve: () => void;
  readonly reject: (failure: Failure) => void;
  /** Its delivery tag on the channel that there is, once it is written. */
  tag: number | undefined;
}

const UNWRITABLE = 'the message cannot be sent: its properties do not fit into a frame, or cannot be encoded';

const unavailable = (message: string, cause?: unknown) => new Failure('unavailable', message, { cause });

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox(options: OutboxOptions = {}) {
  const { maxPending = MAX_PENDING, maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS } = options;
  const process = randomBytes(6).toString('hex');
  const pending = new EphemeralMap<string, Entry>();
  let channel: { readonly write: Write; readonly tags: DeliveryTags<Entry> } | undefined;
  let detachedAt = performance.now();
  let blocked = false;
  /** The channel asked for a pause; what waits behind it can still be given up, what was written to it cannot. */
  let full = false;
  let bytes = 0;
  let handedIn = 0;
  let closed = false;
  let onEmpty: () => void = () => undefined;

  function settle(entry: Entry, failure?: Failure): void {
    if (!pending.delete(entry.id)) return;
    bytes -= entry.message.content.length;
    clearTimeout(entry.timer);
    if (failure === undefined) entry.resolve();
    else entry.reject(failure);
    if (pending.size === 0) onEmpty();
  }

  function giveUp(which: (message: OutgoingMessage) => boolean, why: string): void {
    for (const entry of pending.values()) if (which(entry.message)) settle(entry, unavailable(why));
  }

  function refusalOf({ repeat }: OutgoingMessage): Failure | undefined {
    if (closed) return unavailable('closed');
    if (!repeat) return undefined;
    if (blocked) return unavailable('the broker takes no messages at present');
    if (!channel && performance.now() - detachedAt > timeoutMs - EARLY_MS) return unavailable('the broker is away');
    if (pending.size >= maxPending || bytes >= maxBytes) return unavailable('too many messages wait for the broker');
    return undefined;
  }

  function transmit(entry: Entry): void {
    if (!channel || blocked || full || entry.tag !== undefined) return;
    try {
      full = !channel.write(entry.message, entry.id);
    } catch (error) {
      // A channel that has just ended: its successor takes the message. Anything else would fail there as well.
      if (!(error instanceof IllegalOperationError))
        settle(entry, new Failure('unsupported', UNWRITABLE, { cause: error }));
      return;
    }
    entry.tag = channel.tags.add(entry);
  }

  function transmitAll(): void {
    for (const entry of pending.values()) transmit(entry);
  }

  return {
    send(message: OutgoingMessage): Promise<void> {
      const refusal = refusalOf(message);
      if (refusal) return Promise.reject(refusal);
      return new Promise((resolve, reject) => {
        handedIn += 1;
        const id = `${process}.${handedIn}`;
        const late = (): void => settle(entry, unavailable('the broker did not confirm in time'));
        const timer = message.repeat ? setTimeout(late, timeoutMs) : undefined;
        const entry: Entry = { id, message, timer, resolve, reject, tag: undefined };
        pending.set(id, entry);
        bytes += message.content.length;
        transmit(entry);
      });
    },
    /** A fresh confirm channel: everything that is not confirmed is written to it, oldest first. */
    attach(write: Write): void {
      channel = { write, tags: deliveryTags() };
      full = false;
      for (const entry of pending.values()) entry.tag = undefined;
      transmitAll();
    },
    detach(): void {
      if (channel) detachedAt = performance.now();
      channel = undefined;
      giveUp(({ repeat }) => !repeat, 'the connection was lost before the broker confirmed');
    },
    /** The channel that took no more takes more. */
    drained(): void {
      full = false;
      transmitAll();
    },
    /**
     * The broker says that it takes nothing, or that it does again. What is under way then may have reached it or not,
     * and nobody is let wait to find out.
     */
    block(isBlocked: boolean): void {
      blocked = isBlocked;
      if (blocked) giveUp(({ repeat }) => repeat, 'the broker has stopped to take messages');
      else transmitAll();
    },
    confirm(confirmation: Confirmation): void {
      for (const entry of channel?.tags.take(confirmation) ?? []) settle(entry);
    },
    /** The broker did not take them: they wait for the next channel. */
    refuse(confirmation: Confirmation): void {
      channel?.tags.take(confirmation);
    },
    /** Nobody has it, though the broker is about to confirm it: it waits for the next channel. */
    returned(id: string): void {
      const tag = pending.get(id)?.tag;
      if (tag !== undefined) channel?.tags.forget(tag);
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
      giveUp(() => true, 'closed before the broker confirmed');
    },
  };
}
