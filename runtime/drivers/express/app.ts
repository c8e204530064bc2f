/**
 * REST: turns requests into invocations and results into answers, one Express route for each http binding.
 * Whatever goes wrong is answered with problem details; nothing that a client sends makes it throw.
 */
import { isUtf8 } from 'node:buffer';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import type { Caller } from '../../contract/caller.js';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Binding } from '../../contract/image.js';
import type { Invoker } from '../../contract/invoker.js';
import type { HttpTrigger } from '../../contract/trigger.js';
import { parseTraceparent, writeTraceparent } from '../../core/traceparent.js';
import { answer, refuse } from '../../http/answer.js';
import { inputOf } from './input.js';

export interface ExpressOptions {
  /** Those that are not http are left to others. */
  readonly bindings: readonly Binding[];
  readonly invoker: Invoker;
  readonly log: Log;
  /** What `GET /` answers: a page, or a handler that has one. */
  readonly index?: string | RequestHandler;
}

/** The most bytes of a body, after decompression. */
const BODY_LIMIT = 1024 * 1024;
const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

/** Functions with access `public` are called without a caller; all others need a bearer token that authenticates. */
export function expressApp({ bindings, invoker, log, index }: ExpressOptions): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.use(pathDecodes);
  if (index !== undefined) app.get('/', typeof index === 'string' ? page(index) : index);

  for (const binding of bindings) {
    const { trigger, fn } = binding;
    if (trigger.kind !== 'http') continue;
    const callers = new WeakMap<Request, Caller>();
    const admit: RequestHandler = async (request, _response, next) => {
      if (fn.access !== 'public') callers.set(request, await invoker.authenticate(bearerOf(request)));
      next();
    };
    const run: RequestHandler = async (request, response) => {
      const caller = callers.get(request);
      const trace = parseTraceparent(request.headers.traceparent);
      const { result } = invoker.invoke({
        binding,
        data: inputOf(partsOf(request, trigger), fn.input),
        ...(caller && { caller }),
        ...(request.ip !== undefined && { address: request.ip }),
        ...(trace && { traceparent: writeTraceparent(trace) }),
      });
      answer(response, await result);
    };
    app[METHODS[trigger.method]](trigger.path, admit, jsonOnly, parseJson, run);
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

function bearerOf(request: Request): string {
  const token = BEARER.exec(request.get('authorization') ?? '')?.[1];
  if (token === undefined) throw new Failure('unauthorized', 'a bearer token is needed');
  return token;
}

const jsonOnly: RequestHandler = (request, _response, next) => {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !request.is('application/json')) throw new Failure('unsupported', 'the body must be application/json');
  next();
};

/** Bytes that are not UTF-8 are refused: decoding would silently put other characters in their place. */
const parseJson = express.json({
  type: 'application/json',
  limit: BODY_LIMIT,
  verify: (_request, _response, bytes, charset) => {
    if (charset !== 'utf-8') throw new Failure('unsupported', 'the body must be in UTF-8');
    if (!isUtf8(bytes)) throw new Failure('invalid', 'the body is not UTF-8');
  },
});

const partsOf = (request: Request, { method }: HttpTrigger) => ({
  method,
  path: request.params,
  search: request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '',
  body: request.body as unknown,
});

/** Express tells error handlers from others by their four parameters. */
const refusal =
  (log: Log): ErrorRequestHandler =>
  (thrown, request, response, _next) => {
    const failure = failureOf(thrown);
    if (failure.code === 'internal') {
      log.error(
        { err: failure.cause ?? failure, method: request.method, route: request.route?.path },
        'request failed',
      );
    }
    refuse(response, failure);
  };

/** What Express and its body parser throw says what is wrong in `type` and `status`. */
function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const { type, status } = (thrown ?? {}) as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return new Failure('too_large', `the body is over ${BODY_LIMIT} bytes`);
  if (type === 'charset.unsupported') return new Failure('unsupported', 'the body must be in UTF-8');
  if (type === 'encoding.unsupported') return new Failure('unsupported', 'this content encoding is not understood');
  if (type === 'entity.parse.failed') return new Failure('invalid', 'the body is not a JSON object');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Failure('invalid', 'the request is broken');
  return Failure.from(thrown);
}
