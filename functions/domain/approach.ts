/** Putting people into chats who have never written to whoever does it: bounded for each of them, whoever does it. */
import { Failure } from '../../runtime/contract/failure.js';
import type { Ports } from '../ports/index.js';
import { isoTime } from './time.js';

interface Needs {
  readonly now: number;
  readonly ports: Pick<Ports, 'approaches' | 'members'>;
}

/** Throws `rate_limited` when one of the others has been put into too many chats by strangers. `path` names the input's field. */
export async function approach(
  { now, ports }: Needs,
  callerId: string,
  others: readonly string[],
  path: (userId: string) => string,
): Promise<void> {
  const strangers = await ports.members.strangers(callerId, others);
  const refused = await ports.approaches.take(strangers, isoTime(now));
  if (refused.length === 0) return;
  const message = 'was put into too many chats by people they do not know: try again later';
  throw new Failure('rate_limited', `Somebody you name ${message}`, {
    retryAfterMs: Math.max(1_000, ...refused.map(({ until }) => Date.parse(until) - now)),
    errors: refused.map(({ userId }) => ({ path: path(userId), message })),
  });
}
