/**
 * All ports of the product, answering at random but reproducibly: an answer follows from the seed, the port, the
 * method, its arguments and how often it was called before. Now and then a port is away. Answers are frozen, and the
 * calls are on record.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Ports } from '#functions/ports/index.js';
import { Failure } from '#runtime/contract/failure.js';
import { deepFreeze } from '../support/deepFreeze.js';
import { answers } from './answers.js';

export interface PortCall {
  readonly method: string;
  readonly args: unknown;
}

type AnyAnswer = (...args: readonly unknown[]) => fc.Arbitrary<unknown>;
type AnyAnswers = Readonly<Record<string, Readonly<Record<string, AnyAnswer>>>>;

const SYNCHRONOUS = new Set(
  [
    'tokens.jwks tokens.refreshToken tokens.digest registration.mode types.refused blobs.read',
    'uploads.asked uploads.options uploads.begun uploads.settled uploads.gone',
  ].flatMap(names => names.split(' ')),
);
const AWAY = fc.constant(new Failure('unavailable', 'the port is away'));

export function fakePorts(seed: number): { ports: Ports; calls: readonly PortCall[] } {
  const calls: PortCall[] = [];

  function fake(method: string, answer: AnyAnswer) {
    const synchronous = SYNCHRONOUS.has(method);
    let count = 0;
    return (...args: unknown[]) => {
      calls.push({ method, args: structuredClone(args.map(withoutFunctions)) });
      const usual = { arbitrary: answer(...args), weight: 15 };
      const [value] = fc.sample(synchronous ? usual.arbitrary : fc.oneof(usual, { arbitrary: AWAY, weight: 1 }), {
        seed: hash(`${seed} ${method} ${count++}`),
        numRuns: 1,
      });
      if (synchronous) return deepFreeze(value);
      return value instanceof Failure ? Promise.reject(value) : Promise.resolve(deepFreeze(value));
    };
  }

  const ports = mapValues(answers as unknown as AnyAnswers, (methods, port) =>
    mapValues(methods, (answer, method) => fake(`${port}.${method}`, answer)),
  );
  return { ports: ports as unknown as Ports, calls };
}

/** What files and callbacks are called by; what they do is the function's own. */
const withoutFunctions = (arg: unknown): unknown => {
  if (typeof arg === 'function') return 'a function';
  if (typeof arg !== 'object' || arg === null || Symbol.asyncIterator in arg)
    return Symbol.asyncIterator in Object(arg) ? 'bytes' : arg;
  if (!Object.values(arg).some(value => typeof value === 'function')) return arg;
  return Object.fromEntries(Object.entries(arg).map(([key, value]) => [key, withoutFunctions(value)]));
};

const mapValues = <V, R>(object: Readonly<Record<string, V>>, map: (value: V, key: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));

const hash = (text: string): number => createHash('sha256').update(text).digest().readInt32BE();
