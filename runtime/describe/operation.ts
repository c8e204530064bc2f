/** What an http binding takes and answers, as OpenAPI has it. */
import type { TSchema } from 'typebox';
import type { AnyFunction } from '../contract/function.js';
import { type BytesBody, type HttpTrigger, takesJson } from '../contract/trigger.js';
import { STATUS, successOf } from '../core/http-reply.js';
import { exampleOf } from './example.js';
import { type Json, nameOf, type Schemas } from './schemas.js';

type Member = readonly [name: string, schema: Json];

/** Members named in the path, those of headers, of the query and of the body: the other way round of `http/request/input.ts`. */
export function inputOf(trigger: HttpTrigger, fn: AnyFunction, schemas: Schemas): Json {
  const { path, bytes: taken, requestHeaders = {} } = trigger;
  const { input } = fn;
  const example = exampleOf(input) as Json;
  const required = new Set<string>(input.required ?? []);
  const members = Object.entries<Json>(input.properties);
  const named = new Set([...path.matchAll(/:(\w+)/g)].map(([, name]) => name));
  const inPath = members.filter(([name]) => named.has(name));
  const inHeaders = members.filter(([name]) => Object.hasOwn(requestHeaders, name));
  const others = members.filter(([name]) => !named.has(name) && !Object.hasOwn(requestHeaders, name));
  const fromQuery = !takesJson(trigger);
  const isRaw = trigger.raw !== undefined;

  const parameter =
    (where: 'path' | 'query' | 'header') =>
    ([name, schema]: Member): Json => ({
      name: where === 'header' ? requestHeaders[name] : name,
      in: where,
      required: required.has(name),
      schema: schemas.told(schema, nameOf(fn, 'Request')),
      ...(name in example && { example: example[name] }),
    });
  const parameters = [
    ...inPath.map(parameter('path')),
    ...inHeaders.map(parameter('header')),
    ...(fromQuery ? others.map(parameter('query')) : []),
  ];
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(takesBytes(taken) && {
      requestBody: { required: !isRaw, description: `At most ${taken.maxBytes} bytes.`, content: raw(taken.type) },
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

/** A raw route without a body has the bytes of none. */
export const takesBytes = (taken: BytesBody | undefined): taken is BytesBody =>
  taken !== undefined && taken.maxBytes > 0;

const DONE = { ok: 'Done.', created: 'Made.', accepted: 'Taken on and safe, not finished.' } as const;
const NAMES = Object.keys(STATUS) as (keyof typeof STATUS)[];

/** As `http/answer.ts` tells them. */
export function answersOf(
  { responseHeaders = {}, statuses, raw }: HttpTrigger,
  fn: AnyFunction,
  schemas: Schemas,
): Json {
  const { output = {} } = fn;
  const answered = NAMES.filter(name => name in output);
  const name = nameOf(fn, 'Response');
  if (raw) return { '2XX': { description: 'As its protocol has it.' } };
  if (fn.content !== undefined) return contentOf(fn.content);
  if (answered.length === 0) return { [successOf(statuses, 'ok', false)]: { description: DONE.ok } };
  return Object.fromEntries(
    answered.map(status => {
      // Of a function that declares with `Type.Undefined()` that it then answers nothing.
      if (output[status]?.type === 'undefined') {
        return [successOf(statuses, status, false), { description: DONE[status] }];
      }
      const { headers, body } = apart(output[status] as TSchema, responseHeaders);
      const answer = {
        description: DONE[status],
        ...(headers.length > 0 && { headers: Object.fromEntries(headers.map(header)) }),
        ...(body && { content: json({ schema: schemas.told(body, name), example: exampleOf(body) }) }),
      };
      return [successOf(statuses, status, body !== undefined), answer];
    }),
  );

  function header({ name: said, required, schema }: Header): readonly [string, Json] {
    return [said, { required, schema: schemas.told(schema, name) }];
  }
}

interface Header {
  readonly name: string;
  readonly required: boolean;
  readonly schema: Json;
}

/** The members that are headers, and a schema of what is left; a schema of its own, without the name of the whole. */
function apart(
  reply: TSchema,
  names: Readonly<Record<string, string>>,
): { readonly headers: readonly Header[]; readonly body: TSchema | undefined } {
  const isHeader = (name: string): boolean => Object.hasOwn(names, name);
  const { title: _, examples, ...schema } = reply as TSchema & { title?: string; examples?: readonly Json[] };
  const members = Object.entries<Json>((reply as { properties?: Record<string, Json> }).properties ?? {});
  const required: readonly string[] = (reply as { required?: readonly string[] }).required ?? [];
  const headers = members.flatMap(([name, member]) =>
    isHeader(name) ? [{ name: names[name] as string, required: required.includes(name), schema: member }] : [],
  );
  if (headers.length === 0) return { headers, body: reply };
  const rest = (all: Json): Json => Object.fromEntries(Object.entries(all).filter(([name]) => !isHeader(name)));
  if (headers.length === members.length) return { headers, body: undefined };
  const body = {
    ...schema,
    ...(examples && { examples: examples.map(rest) }),
    properties: rest(Object.fromEntries(members)),
    required: required.filter(name => !isHeader(name)),
  };
  return { headers, body };
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
