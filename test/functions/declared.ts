/**
 * Runs a function on whatever it takes and whatever its ports answer, and holds what comes of it to the declarations: its
 * own (answers, refusals), those of who consumes what it publishes, and the product's of what live connections hear.
 */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { SERVER_EVENTS } from '#functions/domain/live.js';
import { all } from '#functions/services/all.js';
import { facts } from '#functions/services/facts.js';
import { routes } from '#functions/services/routes.js';
import type { AnyFunction } from '#runtime/contract/function.js';
import type { Outcome, Publication } from '#runtime/contract/outcome.js';
import { faults } from '../support/json-schema.js';
import { type Given, type Run, run, scenario } from './purity.js';

/** What may come of any function. */
const ANY = ['invalid', 'rate_limited', 'unavailable', 'internal'];

export async function checkDeclared(fn: AnyFunction, given?: Given): Promise<void> {
  await fc.assert(
    fc.asyncProperty(scenario(fn, given), async each => deepStrictEqual(undeclared(fn, await run(fn, each)), [])),
    { numRuns: 60 },
  );
}

function undeclared(fn: AnyFunction, came: Run): string[] {
  if ('failure' in came) return refusal(fn, came.failure.code);
  // The answers are a batch's items; of any other function the last one.
  const answers = came.outcome.slice(fn.batch ? 1 : -1) as Outcome[];
  return [...answers.flatMap(each => answer(fn, each)), ...came.outcome.flatMap(acts)];
}

function answer(fn: AnyFunction, { reply, status = 'ok', failure }: Outcome): string[] {
  if (failure) return refusal(fn, failure.code);
  const { name, output = {} } = fn;
  if (reply === undefined && status === 'ok' && Object.keys(output).length === 0) return [];
  const schema = output[status];
  if (schema?.type === 'undefined') return reply === undefined ? [] : [`${name} answers something`];
  return schema ? faults(schema, reply) : [`${name} answers ${status}`];
}

const acts = ({ publish = [], emit = [] }: Pick<Outcome, 'publish' | 'emit'>): string[] => [
  ...publish.flatMap(publication),
  ...emit.flatMap(emission => ('send' in emission ? news(emission.send, emission.data) : [])),
];

function refusal({ name, refuses = [] }: AnyFunction, code: string): string[] {
  return [...refuses, ...ANY].includes(code) ? [] : [`${name} refuses with ${code}`];
}

/** A wish fits whoever carries it out, a fact what is declared of it. */
function publication({ type, data }: Publication): string[] {
  const fact = facts.facts.find(each => each.type === type);
  if (fact) return fact.schema ? faults(fact.schema, data) : [`${type} has no schema`];
  const route = routes.find(each => each.type === type);
  const consumer = all.bindings.find(
    ({ trigger }) => trigger.kind === 'queue' && trigger.queue === route?.queue && trigger.types.includes(type),
  );
  return consumer ? faults(consumer.fn.input, data) : [`nobody consumes ${type}`];
}

function news(event: string, data: unknown): string[] {
  const declared = Object.entries(SERVER_EVENTS).find(([name]) => name === event);
  return declared ? faults(declared[1].data, data) : [`nobody knows of ${event}`];
}
