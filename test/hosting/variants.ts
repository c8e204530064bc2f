/** The servers that the cases run on: one for each variant of options, each hosting the functions of all cases. */
import { deserialize } from 'node:v8';
import type { Variant } from './cases/case.js';
import { events } from './cases/events.js';
import { type Check, checks, health } from './cases/health.js';
import { requests } from './cases/requests.js';
import { returns } from './cases/returns.js';

export const cases = { requests, returns, events, health };

const functions = new Map(Object.values(cases).flatMap(list => list.map(({ name, run }) => [name, run] as const)));

/** Calls the function of the case that the request names; with none, returns the value that the body is the image of. */
// biome-ignore lint/suspicious/noExplicitAny: foreign functions take anything
function dispatch(this: unknown, context: any, input: unknown): unknown {
  const name = context.headers['x-case'];
  if (name === undefined) return deserialize(Buffer.from(String(context.body), 'base64'));
  return functions.get(decodeURIComponent(name))?.call(this as object, context, input);
}

const cors = () => ['http://a.example', 'http://b.example'];

interface Module {
  handle: typeof dispatch;
  cors?: () => string[];
  liveness?: Check;
  readiness?: Check;
}

export const variants: Record<Variant, { module: Module; options: object }> = {
  plain: { module: { handle: dispatch }, options: {} },
  raw: { module: { handle: dispatch }, options: { includeRaw: true } },
  cors: { module: { handle: dispatch, cors }, options: {} },
  returning: { module: { handle: dispatch, ...checks.returning }, options: {} },
  replying: { module: { handle: dispatch, ...checks.replying }, options: {} },
  elsewhere: { module: { handle: dispatch, ...checks.elsewhere }, options: {} },
  failing: { module: { handle: dispatch, ...checks.failing }, options: {} },
  small: { module: { handle: dispatch }, options: { bodyLimit: 100 } },
};
