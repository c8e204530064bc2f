/**
 * REST without detours: a request that is as plain as nearly all are is answered right here. Whatever is in any way
 * particular (encodings, escapes in the path, bodies that are not JSON, methods that nothing is bound to) is left to
 * Express, which gives the same answers to the plain ones.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failure } from '../contract/failure.js';
import type { Log } from '../contract/function.js';
import type { Invoker } from '../contract/invoker.js';
import { parseJson } from '../json.js';
import { hasBody, readBody } from './body.js';
import { announcedBytes, BODY_LIMIT, type Bounds, bodyLimitOf } from './bounds.js';
import { admit, call, type Route, refuseCall } from './call.js';
import type { Proxies } from './client-address.js';

/** False: that is for somebody else, and nothing was done about it. */
export type PlainRoutes = (request: IncomingMessage, response: ServerResponse) => boolean;

interface Found {
  readonly route: Route;
  /** The values of the path's `:names`. */
  readonly path: Readonly<Record<string, string>>;
}

export function plainRoutes(options: {
  readonly routes: readonly Route[];
  readonly invoker: Invoker;
  readonly log: Log;
  readonly proxies: Proxies;
  readonly bounds: Bounds;
}): PlainRoutes {
  const { invoker, log, proxies, bounds } = options;
  const find = finder(options.routes);

  async function serve(request: IncomingMessage, response: ServerResponse, { route, path }: Found): Promise<void> {
    try {
      const admitted = await admit(request, route, invoker);
      const address = proxies.clientOf(request);
      const limit = bodyLimitOf(route.fn);
      let body: unknown;
      if (hasBody(request)) {
        bounds.holdBody(bounds.ownerOf(request, admitted.caller), announcedBytes(request, limit) ?? limit, response);
        body = jsonOf(await readBody(request, limit));
      }
      const caller = await admitted.now();
      await call(request, response, { binding: route, invoker, caller, path, body, address, bounds });
    } catch (thrown) {
      refuseCall(request, response, Failure.from(thrown), { log, route: route.trigger.path });
    }
  }

  return (request, response) => {
    const found = isPlain(request) ? find(request) : undefined;
    if (!found) return false;
    void serve(request, response, found);
    return true;
  };
}

const PLAIN_JSON = /^application\/json(?:; ?charset=utf-8)?$/i;

/** Its body, if it has one, is so many bytes of JSON as it says, and no more than may be. */
function isPlain({ headers, url = '' }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined) return false;
  if (url.includes('%')) return false;
  const length = headers['content-length'];
  if (length === undefined || length === '0') return true;
  return Number(length) <= BODY_LIMIT && PLAIN_JSON.test(headers['content-type'] ?? '');
}

function jsonOf(bytes: Buffer): unknown {
  try {
    const value = parseJson(bytes);
    if (typeof value === 'object' && value !== null) return value;
  } catch (thrown) {
    if (thrown instanceof TypeError) throw new Failure('invalid', 'the body is not UTF-8');
  }
  throw new Failure('invalid', 'the body is not a JSON object');
}

/** The first route, in their order, that has the request's method and its path. */
function finder(routes: readonly Route[]): (request: IncomingMessage) => Found | undefined {
  const byShape = new Map<string, { readonly route: Route; readonly segments: readonly string[] }[]>();
  for (const route of routes) {
    const { method, path } = route.trigger;
    const segments = path.split('/');
    const shape = `${method} ${segments.length}`;
    byShape.set(shape, [...(byShape.get(shape) ?? []), { route, segments }]);
  }
  return ({ method = '', url = '' }) => {
    const query = url.indexOf('?');
    const asked = (query < 0 ? url : url.slice(0, query)).split('/');
    for (const { route, segments } of byShape.get(`${method} ${asked.length}`) ?? []) {
      const path = match(segments, asked);
      if (path) return { route, path };
    }
    return undefined;
  };
}

function match(segments: readonly string[], asked: readonly string[]): Record<string, string> | undefined {
  const path: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const value = asked[at] as string;
    if (segment === value && !segment.startsWith(':')) continue;
    if (!segment.startsWith(':') || value === '') return undefined;
    path[segment.slice(1)] = value;
  }
  return path;
}
