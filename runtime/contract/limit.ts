/** How often a function may be called. Limits with one name are one, whichever of the functions is called. */
export interface RateLimit {
  readonly name: string;
  /** At most this many calls in each window of `perSeconds` that begins with a call. */
  readonly times: number;
  readonly perSeconds: number;
  /** What is counted: calls of one user, from one network address (of IPv6 from one /64), or with one value at this place of the input. */
  readonly by: 'user' | 'address' | `/${string}`;
}
