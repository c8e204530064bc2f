/**
 * REST: turns requests into invocations and results into answers, one Express route for each http binding.
 * Whatever goes wrong is answered with problem details; nothing that a client sends makes it throw.
 */
import { isUtf8 } from 'node:buffer';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Invoker } from '../../contract/invoker.js';
import { hasBody } from '../../http/body.js';
import { announcedBytes, type Bounds, bodyLimitOf } from '../../http/bounds.js';
import { type Admitted, admit, call, type Route, refuseCall } from '../../http/call.js';
import type { Proxies } from '../../http/client-address.js';

export interface ExpressOptions {
  readonly routes: readonly Route[];
  readonly invoker: Invoker;
  readonly log: Log;
  readonly proxies: Proxies;
  readonly bounds: Bounds;
  /** What `GET /` answers: a page, or a handler that has one. */
  readonly index?: string | RequestHandler;
}

export function expressApp({ routes, invoker, log, proxies, bounds, index }: ExpressOptions): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.use(pathDecodes);
  if (index !== undefined) app.get('/', typeof index === 'string' ? page(index) : index);

  for (const binding of routes) {
    const { method, path } = binding.trigger;
    const admitted = new WeakMap<Request, Admitted>();
    const authenticate: RequestHandler = async (request, _response, next) => {
      admitted.set(request, await admit(request, binding, invoker));
      next();
    };
    const run: RequestHandler = async (request, response) => {
      const { params, body } = request;
      const [caller, address] = [await admitted.get(request)?.now(), proxies.clientOf(request)];
      await call(request, response, { binding, invoker, caller, path: params, body, address, bounds });
    };
    const limit = bodyLimitOf(binding.fn);
    const holdBody: RequestHandler = (request, response, next) => {
      const bytes = announcedBytes(request, limit) ?? limit;
      if (bytes > 0) bounds.holdBody(bounds.ownerOf(request, admitted.get(request)?.caller), bytes, response);
      next();
    };
    app[METHODS[method]](path, authenticate, jsonOnly, holdBody, parseJson(limit), run);
  }

  app.use(() => {
    throw new Failure('not_found', 'there is nothing here');
  });
  app.use(refusal(log));
  return app;
}

const METHODS = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

const page =
  (html: string): RequestHandler =>
  (_request, response) => {
    response.type('html').send(html);
  };

const pathDecodes: RequestHandler = (request, _response, next) => {
  try {
    decodeURIComponent(request.path);
  } catch {
    throw new Failure('invalid', 'the path is not valid percent-encoding');
  }
  next();
};

const jsonOnly: RequestHandler = (request, _response, next) => {
  if (hasBody(request) && !request.is('application/json'))
    throw new Failure('unsupported', 'the body must be application/json');
  next();
};

/** Bytes that are not UTF-8 are refused: decoding would silently put other characters in their place. */
const parseJson = (limit: number) =>
  express.json({
    type: 'application/json',
    limit,
    verify: (_request, _response, bytes, charset) => {
      if (charset !== 'utf-8') throw new Failure('unsupported', 'the body must be in UTF-8');
      if (!isUtf8(bytes)) throw new Failure('invalid', 'the body is not UTF-8');
    },
  });

/** Express tells error handlers from others by their four parameters. */
const refusal =
  (log: Log): ErrorRequestHandler =>
  (thrown, request, response, _next) =>
    refuseCall(request, response, failureOf(thrown), { log, route: request.route?.path });

/** What Express and its body parser throw says what is wrong in `type` and `status`. */
function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const { type, status } = (thrown ?? {}) as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return new Failure('too_large', 'the body is larger than is taken here');
  if (type === 'charset.unsupported') return new Failure('unsupported', 'the body must be in UTF-8');
  if (type === 'encoding.unsupported') return new Failure('unsupported', 'this content encoding is not understood');
  if (type === 'entity.parse.failed') return new Failure('invalid', 'the body is not a JSON object');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Failure('invalid', 'the request is broken');
  return Failure.from(thrown);
}
