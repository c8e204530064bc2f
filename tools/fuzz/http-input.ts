/**
 * One HTTP request: a good one for some route, of which a few parts are changed. Its framing stays sound, so that many
 * can follow each other on a connection; those with broken framing are in `http-broken`.
 */
import { choicesOf } from './choices.js';
import { NAMES, TEXTS } from './hostile.js';
import { bodyOf, EXTRA_HEADERS, headersOf } from './http-parts.js';
import { hostileText } from './mutate.js';
import type { Random } from './random.js';
import { type Draft, ROUTES, type Route } from './rest-routes.js';
import { forged } from './tokens.js';
import type { Actor, World } from './world.js';

export interface HttpInput {
  readonly about: string;
  readonly bytes: Buffer;
  /** Answers to HEAD have no body. */
  readonly method: string;
  readonly actor: Actor;
  /** The actor's own token, when the route asks for one and it was sent. */
  readonly token: string | undefined;
  /** Must not succeed: the route is guarded, and nothing opens it. */
  readonly shut: boolean;
  readonly namesPeople: boolean;
}

const TOTAL = ROUTES.reduce((sum, { weight }) => sum + weight, 0);

function weighted(random: Random): Route {
  let left = random.next() * TOTAL;
  for (const route of ROUTES) {
    left -= route.weight;
    if (left < 0) return route;
  }
  return ROUTES[0]!;
}

export function httpInput(world: World, random: Random): HttpInput {
  const route = weighted(random);
  const choices = choicesOf(world, random);
  const draft = route.draft(choices, random);
  const own = random.chance(0.85);
  const token = own ? choices.actor.token : random.chance(0.2) ? undefined : forged(choices.actor, world, random);
  const moved = random.chance(0.12);
  const method = moved && random.chance(0.5) ? random.pick(METHODS) : route.method;
  const path = moved ? otherPath(draft.path, random) : draft.path;
  const target = (random.chance(0.03) ? 'http://fuzz' : '') + path + search(draft, random);
  const body = bodyOf(draft, random);
  const headers = [
    ...headersOf(draft, token, random),
    ...(body === undefined ? [] : [body.header]),
    ...(random.chance(0.1) ? [random.pick(EXTRA_HEADERS)(random)] : []),
  ];
  const head = `${method} ${target} HTTP/1.1\r\nhost: fuzz\r\n${headers.map(line => `${line}\r\n`).join('')}\r\n`;
  return {
    about: route.name,
    bytes: Buffer.concat([Buffer.from(head, 'latin1'), body?.bytes ?? Buffer.alloc(0)]),
    method,
    actor: choices.actor,
    token: own && route.guarded ? token : undefined,
    shut: !own && route.guarded && !moved,
    namesPeople: route.namesPeople === true,
  };
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'LINK'];

function otherPath(path: string, random: Random): string {
  const parts = path.split('/');
  const at = 1 + random.int(parts.length - 1);
  switch (random.int(6)) {
    case 0:
      parts[at] = escaped(random.pick(TEXTS), random);
      break;
    case 1:
      parts[at] = random.pick(NAMES.map(name => encodeURIComponent(name)));
      break;
    case 2:
      parts.splice(at, 0, random.pick(['', '.', '..', '%2e%2e', '%2F', ';a=b', '%00']));
      break;
    case 3:
      parts[at] = (parts[at] ?? '').toUpperCase();
      break;
    case 4:
      return `${path}${random.pick(['/', '//', '%', '%zz', '%E0%A4%A', '%ff', '#a', '.json'])}`;
    default:
      parts[at] = random.pick(['x'.repeat(3_000), '%41'.repeat(1_000), '0', '-1', '*']);
  }
  return parts.join('/') || '/';
}

/** Percent-encoded, as it should be or carelessly; never with what would end the request line. */
function escaped(text: string, random: Random): string {
  const bytes = [...Buffer.from(text)].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return random.chance(0.8) ? bytes : bytes.slice(0, -1);
}

function search({ query = [] }: Draft, random: Random): string {
  const pairs = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const changes = random.chance(query.length > 0 ? 0.5 : 0.05) ? 1 + random.int(2) : 0;
  for (let count = 0; count < changes; count++) {
    const [name = 'a'] = random.pick([...query, ['a']]);
    const value = escaped(random.chance(0.5) ? random.pick(TEXTS) : hostileText(random).slice(0, 300), random);
    switch (random.int(5)) {
      case 0:
        pairs.push(`${name}=${value}`);
        break;
      case 1:
        pairs.push(`${name}[]=${value}&${name}[a][b]=1`);
        break;
      case 2:
        pairs.push(`${escaped(random.pick(NAMES), random)}=${value}`);
        break;
      case 3:
        pairs.splice(random.int(pairs.length + 1), 1, `${name}=${value}`);
        break;
      default:
        pairs.push(random.pick(['&&&', '=', '%', '%zz=1', 'a'.repeat(2_000), '?', `${name}`]));
    }
  }
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}
