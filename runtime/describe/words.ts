/** Declarations in words. */
import type { Code } from '../contract/failure.js';
import type { AnyFunction } from '../contract/function.js';
import type { RateLimit } from '../contract/limit.js';
import type { Level, Service } from '../contract/service.js';

export const MEANING: Readonly<Record<Code, string>> = {
  invalid: 'The input is invalid; `errors` names the fields.',
  unauthorized: 'Not signed in, or the access token has expired: sign in, or refresh.',
  forbidden: 'The caller lacks permission.',
  not_found: 'It does not exist, or not for the caller.',
  conflict: 'It conflicts with the current state.',
  too_large: 'The body exceeds what is taken: 1 MiB, unless the operation says otherwise.',
  unsupported: 'The body has an unsupported media type or encoding.',
  rate_limited: 'Too many requests, or too many bytes under way: try again after `Retry-After`.',
  unavailable: 'A service behind this server is unavailable: try the same again later.',
  internal: "Internal error; details are in the server's log.",
};

/** Of a function that a client calls: what may come of any, of its access level, and of itself. */
export function refusalsOf(fn: AnyFunction, { guard }: Service): ReadonlySet<Code> {
  const own: Code[] = [...levelOf(fn, guard).refuses, ...(fn.refuses ?? [])];
  const given = new Set<Code>(['invalid', ...own, 'rate_limited', 'unavailable']);
  return new Set((Object.keys(MEANING) as Code[]).filter(code => given.has(code)));
}

/** Markdown. */
export function termsOf(fn: AnyFunction, { guard }: Service): string {
  const limits = (fn.limits ?? []).map(limit => `- ${inWords(limit)}`);
  return [`- for ${levelOf(fn, guard).who}`, ...limits].join('\n');
}

function levelOf({ name, access }: AnyFunction, guard: Service['guard']): Level {
  const level = guard?.levels[access];
  if (!level) throw new Error(`${name} asks for ${access}, which is no level`);
  return level;
}

const WHAT = { calls: '', refusals: ' that are refused', guesses: ' wrong ones' };

const SPARED = {
  network: 'from where the account signed in before, and on known devices',
  device: 'on devices where the account signed in before',
};

function inWords({ times, perSeconds, by, counts = 'calls', spares, ofSparedDevices, given }: RateLimit): string {
  const whose = [by]
    .flat()
    .map(each =>
      each === 'user' ? 'of one user' : each === 'address' ? 'from one address' : `with one \`${each.slice(1)}\``,
    );
  const span = perSeconds === 60 ? 'a minute' : perSeconds === 3600 ? 'an hour' : `in ${perSeconds} s`;
  const known = ofSparedDevices
    ? ', of devices that another limit has spared'
    : spares
      ? `, but ${SPARED[spares]}`
      : '';
  return `at most ${times}${WHAT[counts]} ${span} ${whose.join(' ')}${known}${given ? `, with \`${given.slice(1)}\`` : ''}`;
}
