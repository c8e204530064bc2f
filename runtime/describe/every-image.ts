/** What the HTTP server of every image answers by itself: see `http/listener.ts` and `http/receiver.ts`. */
import Type from 'typebox';
import type { AnyFunction } from '../contract/function.js';
import type { Image } from '../contract/image.js';
import { cloudEvent } from './events.js';
import { exampleOf } from './example.js';
import { eventRefusals } from './problems.js';
import type { Json, Schemas } from './schemas.js';

const Alive = Type.Object({ status: Type.Literal('up') });

const Ready = Type.Object(
  {
    status: Type.Union([Type.Literal('up'), Type.Literal('degraded'), Type.Literal('down')]),
    parts: Type.Record(Type.String(), Type.String(), {
      description:
        'Every part of the process: `up`, `down: ` and why, or `degraded: ` and what takes away from what it promises, such as a policy at the broker',
      examples: [{ postgres: 'up', process: 'up' }],
    }),
  },
  { title: 'Readiness' },
);

const EVENT = 'application/cloudevents+json';

export function everyImage(image: Image, schemas: Schemas): Record<string, Record<string, Json>> {
  const open = { tags: ['operations'], security: [] };
  const json = (schema: Type.TSchema) => ({
    'application/json': { schema: schemas.told(schema), example: exampleOf(schema) },
  });
  const readiness = (name: string): Json => ({
    ...open,
    operationId: name,
    summary: 'Tells whether the process can do its work, part by part.',
    responses: {
      200: { description: 'It can.', content: json(Ready) },
      503: { description: 'It cannot, for now.', content: json(Ready) },
    },
  });
  return {
    '/health/liveness': {
      get: {
        ...open,
        operationId: 'liveness',
        summary: 'Answers while the process can answer.',
        responses: { 200: { description: 'It can.', content: json(Alive) } },
      },
    },
    '/health/readiness': { get: readiness('readiness') },
    '/health': { get: readiness('health') },
    '/metrics': {
      get: {
        ...open,
        operationId: 'metrics',
        summary: 'Answers what is counted and measured, for Prometheus.',
        responses: {
          200: { description: 'Prometheus text.', content: { 'text/plain': { schema: { type: 'string' } } } },
        },
      },
    },
    '/': { post: { ...open, ...receiver(image, schemas) } },
  };
}

function receiver({ bindings }: Image, schemas: Schemas): Json {
  const taken = bindings.flatMap(({ trigger, fn }) => (trigger.kind === 'event' ? [{ type: trigger.type, fn }] : []));
  const events = taken.map(({ type, fn }) => [type, cloudEvent(type, fn.input)] as const);
  const replies = taken.flatMap(({ type, fn }) => replyOf(type, fn));
  const content = (of: readonly Named[]) => ({
    [EVENT]: {
      schema: { oneOf: of.map(([, schema]) => schemas.told(schema)) },
      examples: Object.fromEntries(of.map(([name, schema]) => [name, { value: exampleOf(schema) }])),
    },
  });
  return {
    operationId: 'receiveEvent',
    summary: "Runs the function for the event's type: what Knative sends.",
    description:
      'Each image takes the types of its own functions, in every mode of the HTTP binding. Where `EVENTS_TOKEN` is set it is needed as the bearer token; where it is not, the image `all` takes none (404).',
    requestBody: { required: true, content: content(events) },
    responses: {
      204: { description: 'Done; the function has no reply.' },
      200: { description: "The function's reply.", content: content(replies) },
      ...eventRefusals(),
    },
  };
}

type Named = readonly [type: string, schema: Type.TSchema];

const replyOf = (type: string, { output, replyType = `${type}.reply` }: AnyFunction): Named[] =>
  output?.ok ? [[replyType, cloudEvent(replyType, output.ok)]] : [];
