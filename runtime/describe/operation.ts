/** What an http binding takes and answers, as OpenAPI has it. */
import type { AnyFunction } from '../contract/function.js';
import type { HttpTrigger } from '../contract/trigger.js';
import { STATUS } from '../http/answer.js';
import { exampleOf } from './example.js';
import { type Json, nameOf, type Schemas } from './schemas.js';

type Member = readonly [name: string, schema: Json];

/** Members named in the path, those of the query and those of the body: the other way round of `http/request/input.ts`. */
export function inputOf({ method, path, bytes }: HttpTrigger, fn: AnyFunction, schemas: Schemas): Json {
  const { input } = fn;
  const example = exampleOf(input) as Json;
  const required = new Set<string>(input.required ?? []);
  const members = Object.entries<Json>(input.properties);
  const named = new Set([...path.matchAll(/:(\w+)/g)].map(([, name]) => name));
  const inPath = members.filter(([name]) => named.has(name));
  const others = members.filter(([name]) => !named.has(name));
  const fromQuery = bytes !== undefined || method === 'GET' || method === 'DELETE';

  const parameter =
    (where: 'path' | 'query') =>
    ([name, schema]: Member): Json => ({
      name,
      in: where,
      required: required.has(name),
      schema: schemas.told(schema, nameOf(fn, 'Request')),
      ...(name in example && { example: example[name] }),
    });
  const parameters = [...inPath.map(parameter('path')), ...(fromQuery ? others.map(parameter('query')) : [])];
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(bytes && {
      requestBody: { required: true, description: `At most ${bytes.maxBytes} bytes.`, content: raw(bytes.type) },
    }),
    ...(!fromQuery && others.length > 0 && { requestBody: { required: true, content: json(bodyOf(others)) } }),
  };

  function bodyOf(rest: readonly Member[]): Json {
    const properties = Object.fromEntries(rest);
    const schema = { ...input, properties, required: Object.keys(properties).filter(name => required.has(name)) };
    const given = Object.keys(properties).filter(name => name in example);
    return {
      schema: schemas.told(schema, nameOf(fn, 'Request')),
      example: Object.fromEntries(given.map(name => [name, example[name]])),
    };
  }
}

const DONE = { ok: 'Done.', created: 'Made.', accepted: 'Taken on and safe, not finished.' } as const;
const NAMES = Object.keys(STATUS) as (keyof typeof STATUS)[];

/** As `http/answer.ts` tells them. */
export function answersOf(fn: AnyFunction, schemas: Schemas): Json {
  const { output = {} } = fn;
  const answered = NAMES.filter(name => name in output);
  if (fn.content !== undefined) return contentOf(fn.content);
  if (answered.length === 0) return { 204: { description: DONE.ok } };
  return Object.fromEntries(
    answered.map(name => {
      const content = json({
        schema: schemas.told(output[name], nameOf(fn, 'Response')),
        example: exampleOf(output[name]),
      });
      return [STATUS[name], { description: DONE[name], content }];
    }),
  );
}

/** As `http/bytes/content.ts` answers: whole, in part, or not at all. */
const contentOf = (type: string): Json => ({
  200: { description: 'All of it.', headers: { ETag: TEXT, 'Accept-Ranges': TEXT }, content: raw(type) },
  206: { description: 'The part that `Range` asks for.', headers: { 'Content-Range': TEXT }, content: raw(type) },
  304: { description: 'The client has it already, as `If-None-Match` says.' },
  412: { description: 'It is not any more what `If-Match` asks for.' },
  416: { description: 'It has no such part.', headers: { 'Content-Range': TEXT } },
});

const TEXT = { schema: { type: 'string' } };

/** Bytes need no schema: https://spec.openapis.org/oas/v3.1.1#considerations-for-file-uploads */
const raw = (type = 'application/octet-stream'): Json => ({ [type]: {} });

const json = (content: Json): Json => ({ 'application/json': content });
