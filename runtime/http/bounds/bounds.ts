/**
 * What clients can make a process hold: all numbers, and the one account of bytes that requests, answers and packets are
 * in, from when they begin to come until they are whole, and from when they are written until they are read.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../../contract/caller.js';
import { Failure } from '../../contract/failure.js';
import type { AnyFunction } from '../../contract/function.js';
import { networkOf } from '../../core/network.js';
import { chunkTurns } from '../bytes/chunk-turns.js';
import { PACE, type Pace } from '../bytes/pace.js';
import { NO_PROXIES, type Proxies } from '../connections/client-address.js';
import { type Share, Shares } from './shares.js';
import { type Turns, turns } from './turns.js';

const KIB = 1024;
const MIB = 1024 * KIB;

export interface Limits {
  readonly bytes: Share;
  /** TCP connections that are no WebSockets, by network: silent, slow, idle or at work. */
  readonly connections: Share;
  /** Live connections that have not joined, by network: an office, or a carrier, comes back in turns. */
  readonly halfOpen: Share;
  /** Live connections that have joined, by user: devices, tabs and programs. */
  readonly joined: Share;
  /** Events without an order and requests that publish nothing, which may have large answers: so many at a time of one user. */
  readonly answering: Share;
}

export const DEFAULT_BOUNDS: Limits = {
  bytes: { each: 8 * MIB, all: 128 * MIB },
  connections: { each: 1_000, all: 8_000 },
  halfOpen: { each: 1_000, all: 5_000 },
  joined: { each: 100, all: 20_000 },
  answering: { each: 4, all: 128 },
};

/** For load tests: nobody is counted by where or who they are. Bytes are bounded all the same. */
export const UNCOUNTED: Partial<Limits> = {
  connections: { each: Number.POSITIVE_INFINITY, all: 30_000 },
  halfOpen: { each: Number.POSITIVE_INFINITY, all: 30_000 },
  joined: { each: Number.POSITIVE_INFINITY, all: DEFAULT_BOUNDS.joined.all },
};

/** The most bytes of a body, after decompression, and of a packet. */
export const BODY_LIMIT = MIB;
/** Of one whose sender has not signed in: an e-mail address, a password, a token, a few names. */
export const PUBLIC_BODY_LIMIT = 16 * KIB;

export const bodyLimitOf = ({ access }: AnyFunction): number => (access === 'public' ? PUBLIC_BODY_LIMIT : BODY_LIMIT);

/** Smaller answers are not counted: sockets' own buffers hold as much. A file that is in memory once counts as this. */
export const SMALL_BYTES = 16 * KIB;
/** Who takes nothing of an answer for so long is cut off, and so is who has not taken all of it after the other time. */
const STALLED_MS = 10_000;
const LATEST_MS = 60_000;

/** Something that holds bytes. */
export interface Holder {
  readonly bytes: number;
  giveWay(): void;
}

export interface Bounds {
  readonly limits: Limits;
  readonly bytes: Shares<Holder>;
  /** What may have large answers waits here for its turn: one user's socket events and requests together. */
  readonly answering: Turns;
  /** Of bodies that functions take as they come, and of bytes that are answered. */
  readonly pace: Pace;
  /** Of those, each chunk waits for its turn. */
  readonly chunkTurn: () => Promise<void> | undefined;
  /** For whom the bytes of a request and of its answer are held. */
  ownerOf(request: IncomingMessage, caller?: Caller): string;
  /** Throws Failure `rate_limited` where the owner holds too much for one more answer, `unavailable` where all do. */
  check(owner: string): void;
  /** Holds so many bytes of a body until the request is answered; what is given takes note of more. Throws as `check`. */
  holdBody(owner: string, bytes: number, response: ServerResponse): (more: number) => void;
  /** Holds what is buffered of a stream, whatever that is at the time, until the request is answered; what is given hears of what is added. Throws as `check`. */
  holdStream(owner: string, response: ServerResponse, buffered: () => number): (more: number) => void;
  /** Before an answer of so many bytes is written: holds them until it is read, or cut off. Throws as `check`. */
  holdAnswer(owner: string, bytes: number, response: ServerResponse): void;
}

interface BoundsOptions {
  readonly limits?: Partial<Limits>;
  /** Who is believed about clients; default nobody. */
  readonly proxies?: Proxies;
  readonly pace?: Pace;
}

export function createBounds({ limits, proxies = NO_PROXIES, pace = PACE }: BoundsOptions = {}): Bounds {
  const all = { ...DEFAULT_BOUNDS, ...limits };
  const bytes = new Shares<Holder>(
    all.bytes,
    holder => holder.giveWay(),
    holder => holder.bytes,
  );

  function check(owner: string, more = SMALL_BYTES): void {
    const over = bytes.refuses(owner, more);
    if (over) throw new Failure(over === 'each' ? 'rate_limited' : 'unavailable', TOO_MUCH[over], AGAIN);
  }

  function hold<Held extends Holder>(owner: string, held: Held, response: ServerResponse): Held {
    check(owner, held.bytes);
    // Nobody will be told of its end.
    if (response.destroyed) return held;
    bytes.add(owner, held);
    response.on('close', () => bytes.remove(held));
    return held;
  }

  return {
    limits: all,
    bytes,
    answering: turns(all.answering),
    pace,
    chunkTurn: chunkTurns(),
    ownerOf: (request, caller) => caller?.userId ?? networkOf(proxies.clientOf(request)),
    check: owner => check(owner),
    holdBody(owner, size, response) {
      const held = hold(owner, new HeldBytes(response, size), response);
      return more => {
        held.bytes += more;
        bytes.grew(held, more);
      };
    },
    holdStream(owner, response, buffered) {
      const held = hold(owner, new HeldStream(response, buffered), response);
      return more => bytes.grew(held, more);
    },
    holdAnswer(owner, size, response) {
      if (size < SMALL_BYTES) return;
      hold(owner, new HeldBytes(response, size), response);
      response.setTimeout(STALLED_MS, () => response.destroy());
      const latest = setTimeout(() => response.destroy(), LATEST_MS).unref();
      response.once('close', () => clearTimeout(latest));
    },
  };
}

/** Of a request, or of its answer: whoever gives way is cut off. */
class HeldBytes implements Holder {
  constructor(
    private readonly response: ServerResponse,
    public bytes: number,
  ) {}

  giveWay(): void {
    this.response.destroy();
  }
}

class HeldStream implements Holder {
  constructor(
    private readonly response: ServerResponse,
    private readonly buffered: () => number,
  ) {}

  get bytes(): number {
    return Math.max(SMALL_BYTES, this.buffered());
  }

  giveWay(): void {
    this.response.destroy();
  }
}

const TOO_MUCH = {
  each: 'too much at once: what is on its way has to arrive, and what was answered to be read, first',
  all: 'too much at once here: others have to read or send theirs first',
};
const AGAIN = { retryAfterMs: 1_000 };

/** What a body says that it has, as far as that may be; undefined where it does not say, or will become more. */
export function announcedBytes({ headers }: IncomingMessage, limit = BODY_LIMIT): number | undefined {
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined) return undefined;
  return Math.min(Number(headers['content-length'] ?? 0) || 0, limit);
}
