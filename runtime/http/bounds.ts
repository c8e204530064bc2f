/** How many bytes of bodies a process takes in, and of answers it keeps for those who do not read them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyFunction } from '../contract/function.js';
import { type Budget, budget, type Limits } from './budget.js';
import { networkOf } from './network.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** The most bytes of a body, after decompression. */
export const BODY_LIMIT = MIB;
/** Of one whose sender has not signed in: an e-mail address, a password, a few names. */
const PUBLIC_BODY_LIMIT = 16 * KIB;

export const bodyLimitOf = ({ access }: AnyFunction): number => (access === 'public' ? PUBLIC_BODY_LIMIT : BODY_LIMIT);

/** Smaller answers are not counted: sockets' own buffers hold as much. */
const SMALL = 16 * KIB;
/** Who takes nothing of an answer for so long is cut off, and so is who has not taken all of it after the other time. */
const STALLED_MS = 10_000;
const LATEST_MS = 60_000;

export interface Bounds {
  /** Before a body is read: its bytes count for the client's network until the request is answered. */
  holdBody(request: IncomingMessage, response: ServerResponse, by: { address: string; limit: number }): void;
  /** Before the work for an answer is done. */
  checkAnswers(client: string): void;
  /** Before an answer of so many bytes is written. */
  holdAnswer(client: string, bytes: number, response: ServerResponse): void;
}

const BODIES: Limits = { each: 16 * MIB, all: 64 * MIB };
const ANSWERS: Limits = { each: 8 * MIB, all: 64 * MIB };

export function createBounds(limits: { readonly bodies?: Limits; readonly answers?: Limits } = {}): Bounds {
  const bodies: Budget = budget('the rest of what is sent has to arrive first', limits.bodies ?? BODIES);
  const answers: Budget = budget('what was answered has to be read first', limits.answers ?? ANSWERS);
  return {
    holdBody(request, response, { address, limit }) {
      const bytes = bodyBytes(request, limit);
      if (bytes > 0) bodies.hold(networkOf(address), bytes, response);
    },
    checkAnswers: client => answers.check(client, SMALL),
    holdAnswer(client, bytes, response) {
      if (bytes <= SMALL) return;
      answers.hold(client, bytes, response);
      response.setTimeout(STALLED_MS, () => response.destroy());
      const latest = setTimeout(() => response.destroy(), LATEST_MS).unref();
      response.once('close', () => clearTimeout(latest));
    },
  };
}

/** What it says, as far as that may be; in chunks or compressed it may become as much as may be. */
function bodyBytes({ headers }: IncomingMessage, limit: number): number {
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined) return limit;
  return Math.min(Number(headers['content-length'] ?? 0) || 0, limit);
}
