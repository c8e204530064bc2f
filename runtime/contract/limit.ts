/**
 * What a limit counts by itself: the calls of one user, from one network address (of IPv6 from one /64), or with one
 * value
 * at this place of the input.
 *
 * @example
 * const by: readonly Counted[] = ['address', '/email']; // each address with each e-mail by itself
 */
export type Counted = 'user' | 'address' | `/${string}`;

/**
 * What a function knows a client by that is not signed in.
 *
 * @example
 * const known: Acquaintance = 'device';
 */
export type Acquaintance = 'network' | 'device';

/**
 * How often a function may be called. Limits with one name are one, whichever of the functions is called.
 *
 * @example
 * const limit: RateLimit = { name: 'login', times: 5, perSeconds: 900, by: '/email', counts: 'guesses' };
 */
export interface RateLimit {
  readonly name: string;
  /** At most this many calls in each window of `perSeconds` that begins with a call. */
  readonly times: number;
  readonly perSeconds: number;
  /** What is counted by itself. Several: each combination of them. */
  readonly by: Counted | readonly Counted[];
  /**
   * Default `calls`: every one. `refusals`: those that were answered `unauthorized`; when they are used up, the next ones
   * are answered `rate_limited` instead, and good calls go on as ever. `guesses`: the same, but counted before they are
   * tried: when they are used up nothing is tried any more, so that nobody learns which guess is right.
   */
  readonly counts?: 'calls' | 'refusals' | 'guesses';
  /**
   * Does not hold for calls that the function's `knownBy` vouches for: `device` where it knows the device, `network` also
   * where it knows the network that the device is in.
   */
  readonly spares?: Acquaintance;
  /** Counts only calls that a limit before this one did not hold for, since their device is known. */
  readonly ofSparedDevices?: true;
  /** Counts only calls whose input has a member at this place. Default: all calls. */
  readonly given?: `/${string}`;
}
