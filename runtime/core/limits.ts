/** Counts the calls of a function by its limits, before and after they are tried. */
import { createHash } from 'node:crypto';
import { Failure } from '../contract/failure.js';
import type { Call } from '../contract/invoker.js';
import type { Acquaintance, RateLimit } from '../contract/limit.js';
import type { RateLimits } from '../contract/ports.js';
import { networkOf } from './network.js';

interface Limited {
  readonly limits: RateLimits;
  readonly declared: readonly RateLimit[];
  readonly call: Call;
  /** Asked when a limit would refuse the call, at most once. */
  readonly knownBy: () => Promise<Acquaintance | undefined>;
}

/** Rejects with Failure `rate_limited` when a limit is used up, and else as `work` does. */
export async function withinLimits<Answer>(
  { limits, declared: all, call, knownBy }: Limited,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { data } = call;
  const declared = all.filter(({ given }) => given === undefined || Object.hasOwn(data as object, given.slice(1)));
  const guesses: RateLimit[] = [];
  let asked: Promise<Acquaintance | undefined> | undefined;
  let deviceSpared = false;
  const giveBack = () => Promise.all(guesses.map(limit => limits.giveBack(limit, keyOf(limit, call))));
  try {
    for (const limit of declared) {
      if (limit.counts === 'refusals' || (limit.ofSparedDevices && !deviceSpared)) continue;
      if (!(await taken(limit))) continue;
      if (limit.counts === 'guesses') guesses.push(limit);
    }
    const answer = await work();
    await giveBack();
    return answer;
  } catch (thrown) {
    if (Failure.from(thrown).code !== 'unauthorized') await giveBack();
    else for (const limit of declared) if (limit.counts === 'refusals') await limits.take(limit, keyOf(limit, call));
    throw thrown;
  }

  async function taken(limit: RateLimit): Promise<boolean> {
    try {
      await limits.take(limit, keyOf(limit, call));
      return true;
    } catch (thrown) {
      if (!limit.spares) throw thrown;
      asked ??= knownBy();
      const known = await asked;
      if (known !== 'device' && known !== limit.spares) throw thrown;
      deviceSpared ||= known === 'device';
      return false;
    }
  }
}

/** Calls that lack what is counted are counted together. */
function keyOf({ by }: RateLimit, call: Call): string {
  return typeof by === 'string' ? countedAs(by, call) : by.map(each => countedAs(each, call)).join(' ');
}

/** Values of the input without regard to case, as digests: they may be long, and are nobody's business. */
function countedAs(by: string, { caller, address, data }: Call): string {
  if (by === 'user') return caller?.userId ?? '';
  if (by === 'address') return networkOf(address ?? '');
  const value = String((data as Record<string, unknown>)[by.slice(1)] ?? '').toLowerCase();
  return createHash('sha256').update(value).digest('base64url');
}
