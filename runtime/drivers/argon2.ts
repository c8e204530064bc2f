/**
 * Passwords as argon2id hashes, at the cost that OWASP's Password Storage Cheat Sheet gives (19 MiB, two passes, one
 * lane). Hashing is bounded: a burst of logins waits in a queue, and takes neither all memory nor all threads.
 */
import { hash, verify } from '@node-rs/argon2';
import type { Passwords } from '../contract/ports.js';
import { limit } from './limit.js';

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Of random bytes that nobody kept: it takes the time of a hash of somebody, and fits no password. */
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$26rI4cpMcUsONKTw6xlZfA$y1uHN/T+6V/IBdDKIVzYJIYNnrcwdYgDK2wNuxDUbvk';

type Hashing = Pick<Passwords, 'hash' | 'verify'>;

/**
 * How much hashing one process does at a time.
 *
 * @example
 * import type { Argon2Settings } from 'function-runtime/drivers/argon2';
 *
 * const settings: Argon2Settings = { concurrency: 2, maxWaiting: 100 };
 */
export interface Argon2Settings {
  /** Hashes at once; hashing occupies threads of libuv's pool, of which there are four, and one is left to others. */
  readonly concurrency?: number;
  /** Beyond this many in the queue, more are refused with Failure `unavailable`. */
  readonly maxWaiting?: number;
}

/**
 * Hashes and verifies passwords by argon2id, 19 MiB and two passes each. Rejects with Failure `unavailable` when too
 * many wait.
 *
 * @example
 * import { argon2Passwords } from 'function-runtime/drivers/argon2';
 *
 * const { hash, verify } = argon2Passwords();
 * const fits = await verify(await hash('correct horse'), 'correct horse'); // true
 */
export function argon2Passwords({ concurrency = 3, maxWaiting = 2_000 }: Argon2Settings = {}): Hashing {
  const inTurn = limit(concurrency, maxWaiting);
  return {
    hash: password => inTurn(() => hash(password, COST)),
    verify: (known, password) =>
      inTurn(async () => {
        const fits = await verify(known ?? NOBODY, password);
        return fits && known !== undefined;
      }),
  };
}
