/**
 * OpenAPI 3.1 of a service: its http bindings, and what the runtime answers in every service.
 * https://spec.openapis.org/oas/v3.1.1
 */
import type { Code } from '../contract/failure.js';
import type { AnyFunction } from '../contract/function.js';
import type { Service } from '../contract/service.js';
import { type HttpTrigger, takesJson } from '../contract/trigger.js';
import type { About } from './about.js';
import { everyService } from './every-service.js';
import { answersOf, inputOf, takesBytes } from './operation.js';
import { refusals, responses } from './problems.js';
import { EVENTS_TOKEN } from './receiver.js';
import { collectSchemas, type Json } from './schemas.js';
import { refusalsOf, termsOf } from './words.js';

/**
 * OpenAPI 3.1 of a service: its routes, health, metrics and CloudEvents. Throws for a schema without an example.
 *
 * @example
 * import { openapi } from 'function-runtime/describe';
 *
 * const about = { title: 'Shop', version: '1.0.0', rest: 'Orders.', live: '', tags: [] };
 * const document = openapi({ name: 'orders', queues: [], bindings: [on(http.post('/orders'), placeOrder)] }, about);
 */
export function openapi(service: Service, about: About): Json {
  const schemas = collectSchemas();
  const paths: Record<string, Record<string, Json>> = {};
  for (const { trigger, fn } of service.bindings) {
    if (trigger.kind !== 'http') continue;
    const path = trigger.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [trigger.method.toLowerCase()]: operation(trigger, fn) };
  }

  function operation(trigger: HttpTrigger, fn: AnyFunction): Json {
    const tag = about.tags.find(({ paths: theirs }) => theirs.test(trigger.path));
    return {
      operationId: fn.name,
      ...(tag && { tags: [tag.name] }),
      summary: fn.summary,
      description: termsOf(fn, service),
      ...(fn.access === 'public' && { security: [] }),
      ...inputOf(trigger, fn, schemas),
      responses: { ...answersOf(trigger, fn, schemas), ...refusals(codesOf(trigger, fn)) },
    };
  }

  /** Bodies may be too large, or of another kind. */
  function codesOf(trigger: HttpTrigger, fn: AnyFunction): readonly Code[] {
    const hasBody = takesBytes(trigger.bytes) || takesJson(trigger);
    return [...refusalsOf(fn, service), ...(hasBody ? (['too_large', 'unsupported'] as const) : [])];
  }

  return {
    openapi: '3.1.1',
    info: { title: about.title, version: about.version, description: about.rest },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: [
      ...about.tags.map(({ name, description }) => ({ name, description })),
      { name: 'operations', description: 'What every process answers to those who run it.' },
    ],
    paths: { ...paths, ...everyService(service, schemas) },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, ...EVENTS_TOKEN },
      responses: responses(schemas),
      schemas: schemas.components(),
    },
  };
}
