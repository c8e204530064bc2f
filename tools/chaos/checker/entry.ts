/** What a client writes down, in the order of one monotonic clock (milliseconds since the run began). */

export interface Invoke {
  readonly kind: 'invoke';
  readonly at: number;
  readonly client: string;
  readonly call: number;
  /** Since when it was wanted, where it had to wait for a connection. */
  readonly wanted?: number | undefined;
  /** A socket event, or the name of a REST request; a message is `message:send` either way. */
  readonly what: string;
  /** The connection, or the gateway of a REST request. */
  readonly via: string;
  readonly data: unknown;
}

/** A call without one was never answered: nobody knows what became of it. */
export interface Completion {
  readonly kind: 'answer';
  readonly at: number;
  readonly client: string;
  readonly call: number;
  readonly ok: boolean;
  /** What was answered; the error's code when it is not ok. */
  readonly data: unknown;
}

interface Heard {
  readonly kind: 'event';
  readonly at: number;
  readonly client: string;
  readonly connection: string;
  readonly event: string;
  readonly data: unknown;
}

export interface Line {
  /** `deaf` means that the client stops reading what arrives, until it `hears` again. */
  readonly kind: 'connected' | 'disconnected' | 'deaf' | 'hears';
  readonly at: number;
  readonly client: string;
  /** One of the user's devices, with one connection after the other. */
  readonly device: string;
  readonly connection: string;
  readonly gateway: string;
}

/** `client` is the user's id. */
export type Entry = Invoke | Completion | Heard | Line;
