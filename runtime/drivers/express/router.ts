/**
 * REST: turns requests into invocations and results into answers, one route of Express's router for each http binding.
 * Whatever goes wrong is answered with problem details; nothing that a client sends makes it throw.
 * The router stands by itself: an application around it would give each request and response another prototype, which
 * costs four times as much as all the rest, for methods that nobody here calls.
 */
import type { IncomingMessage, RequestListener } from 'node:http';
import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Invoker } from '../../contract/invoker.js';
import type { BytesBody, RawRoute } from '../../contract/trigger.js';
import { end } from '../../http/answer.js';
import { announcedBytes, type Bounds, bodyLimitOf } from '../../http/bounds/bounds.js';
import { byteBody } from '../../http/bytes/byte-body.js';
import { admit, call, type Route, refuseCall } from '../../http/call.js';
import type { BodyDeadlines } from '../../http/connections/body-deadlines.js';
import type { Proxies } from '../../http/connections/client-address.js';
import { setRawHeaders } from '../../http/raw.js';
import { FOR_DOCUMENTS } from '../../http/security-headers.js';
import { jsonBody } from './json-body.js';

export interface RouterOptions {
  readonly routes: readonly Route[];
  readonly invoker: Invoker;
  readonly log: Log;
  readonly proxies: Proxies;
  readonly bounds: Bounds;
  /** From which bodies are exempt that functions take as they come; default: there are none. */
  readonly deadlines?: BodyDeadlines;
  /** The page that `GET /` answers. */
  readonly index?: string;
}

export function restRouter(options: RouterOptions): RequestListener {
  const { routes, invoker, log, proxies, bounds, deadlines, index } = options;
  // A router for each method: it tries its routes one after the other.
  const routers = new Map(Object.keys(METHODS).map(method => [method, Router({ caseSensitive: true, strict: true })]));
  if (index !== undefined)
    routers.get('GET')?.get('/', (_request, response) => end(response, 200, HTML, index, { wanted: FOR_DOCUMENTS }));

  for (const binding of routes) {
    const { method, path, bytes: taken, raw } = binding.trigger;
    routers.get(method)?.[METHODS[method]](path, taken ? withBytes(binding, taken, raw) : withJson(binding));
  }

  function withJson(binding: Route): RequestHandler {
    const limit = bodyLimitOf(binding.fn);
    const readBody = jsonBody(limit);
    return async (request, response) => {
      // Waits in any case: a body that came with the headers is there after that.
      const { caller: first, now } = await admit(request, binding, invoker);
      const address = proxies.clientOf(request);
      const owner = bounds.ownerOf(request, first);
      const body = readBody(request, response, () => {
        bounds.holdBody(owner, announcedBytes(request, limit) ?? limit, response);
      });
      const json = body instanceof Promise ? await body : body;
      const caller = now ? await now() : first;
      await call(request, response, { binding, invoker, caller, path: request.params, json, address, owner, bounds });
    };
  }

  function withBytes(binding: Route, taken: BytesBody, raw?: RawRoute): RequestHandler {
    return async (request, response) => {
      if (raw) setRawHeaders(response, raw);
      const { caller, now: callerAtEnd } = await admit(request, binding, invoker);
      const address = proxies.clientOf(request);
      const owner = bounds.ownerOf(request, caller);
      const endExemption = deadlines?.exempt(request, response);
      try {
        const bytes = byteBody(request, response, taken, { owner, bounds });
        const asked = { binding, invoker, caller, path: request.params, bytes, callerAtEnd, address, owner, bounds };
        await call(request, response, asked);
      } finally {
        endExemption?.();
      }
    };
  }

  return (request, response) => {
    // No route uses what an application adds to these two.
    const asked = request as Request;
    const refuse = (thrown?: unknown): void =>
      refuseCall(request, response, failureOf(thrown), { log, route: asked.route?.path });
    const ask = (method: string, otherwise: NextFunction): void => {
      const router = routers.get(method);
      if (router) router(asked, response as Response, otherwise);
      else refuse();
    };
    const { method = '' } = request;
    if (!decodes(request)) refuse(new Failure('invalid', 'the path is not valid percent-encoding'));
    else if (method === 'HEAD') ask(method, thrown => (thrown ? refuse(thrown) : ask('GET', refuse)));
    else ask(method, refuse);
  };
}

const METHODS = {
  GET: 'get',
  HEAD: 'head',
  OPTIONS: 'options',
  POST: 'post',
  PUT: 'put',
  PATCH: 'patch',
  DELETE: 'delete',
} as const;

const HTML = ['content-type', 'text/html; charset=utf-8'];

function decodes({ url = '' }: IncomingMessage): boolean {
  try {
    if (url.includes('%')) decodeURIComponent(url.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

/** Nothing where no route was found; what Express and its body parser throw says what is wrong in `type` and `status`. */
function failureOf(thrown: unknown): Failure {
  if (thrown === undefined || thrown === null) return new Failure('not_found', 'there is nothing here');
  if (thrown instanceof Failure) return thrown;
  const { type, status } = thrown as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return new Failure('too_large', 'the body is larger than is taken here');
  if (type === 'charset.unsupported') return new Failure('unsupported', 'the body must be in UTF-8');
  if (type === 'encoding.unsupported') return new Failure('unsupported', 'this content encoding is not understood');
  if (type === 'entity.parse.failed') return new Failure('invalid', 'the body is not a JSON object');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Failure('invalid', 'the request is broken');
  return Failure.from(thrown);
}
