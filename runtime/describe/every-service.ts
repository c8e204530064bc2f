/** What the HTTP server of every service answers by itself: see `http/listener.ts` and `http/receiver.ts`. */
import Type from 'typebox';
import type { Service } from '../contract/service.js';
import { exampleOf } from './example.js';
import { receiver } from './receiver.js';
import type { Json, Schemas } from './schemas.js';

const Alive = Type.Object({ status: Type.Literal('up') }, { title: 'Liveness' });

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

export function everyService(service: Service, schemas: Schemas): Record<string, Record<string, Json>> {
  const open = { tags: ['operations'], security: [] };
  const json = (schema: Type.TSchema) => ({
    'application/json': { schema: schemas.told(schema, 'Answer'), example: exampleOf(schema) },
  });
  const readiness = (name: string): Json => ({
    ...open,
    operationId: name,
    summary: 'Returns whether the process can serve, with the state of every part.',
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
        summary: 'Returns 200 while the process is alive.',
        responses: { 200: { description: 'It can.', content: json(Alive) } },
      },
    },
    '/health/readiness': { get: readiness('readiness') },
    '/health': { get: readiness('health') },
    '/metrics': {
      get: {
        ...open,
        operationId: 'metrics',
        summary: 'Returns the metrics for Prometheus.',
        responses: {
          200: { description: 'Prometheus text.', content: { 'text/plain': { schema: { type: 'string' } } } },
        },
      },
    },
    '/': Object.fromEntries(
      Object.entries(receiver(service, schemas)).map(([method, it]) => [method, { ...open, ...it }]),
    ),
  };
}
