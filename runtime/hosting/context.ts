/** The context of one invocation, and the builder of reply events that it offers. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import type { CloudEvent } from 'cloudevents';
import { buildEvent } from './event.js';
import type { CloudEventResponse, Context, Logger } from './types.js';

const NO_QUERY = {};

/** Takes the event's place among the members only when there is one; the query never takes any other's. */
export class InvocationContext implements Context {
  query: Record<string, unknown>;
  headers: IncomingHttpHeaders;
  method: string;
  httpVersion: string;
  httpVersionMajor: number;
  httpVersionMinor: number;
  contentType: string | undefined;
  cloudevent: CloudEvent<unknown> | undefined = undefined;

  constructor(
    request: IncomingMessage,
    readonly log: Logger,
    public body: unknown,
    public rawBody: string | undefined,
  ) {
    this.query = queryOf(request.url ?? '/');
    this.headers = request.headers;
    this.method = request.method ?? 'GET';
    this.httpVersion = request.httpVersion;
    this.httpVersionMajor = request.httpVersionMajor;
    this.httpVersionMinor = request.httpVersionMinor;
    this.contentType = request.headers['content-type'];
    for (const key in this.query) if (!(key in this)) Object.assign(this, { [key]: this.query[key] });
  }

  cloudEventResponse(data: unknown): CloudEventResponse {
    const event: Record<string, unknown> = { data };
    const set = (name: string) => (value: string) => {
      event[name] = value;
      return builder;
    };
    const builder: CloudEventResponse = {
      id: set('id'),
      source: set('source'),
      type: set('type'),
      version: set('specversion'),
      response: () => buildEvent(event),
    };
    return builder;
  }
}

/** The path of a request's target, without what follows it. */
export function pathOf(url: string): string {
  const path = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/]*/i, '') || '/';
  const end = path.search(/[?;#]/);
  return end === -1 ? path : path.slice(0, end);
}

/** Repeated keys become arrays. */
export function queryOf(url: string): Record<string, unknown> {
  const start = url.search(/[?;]/);
  if (start === -1) return { ...NO_QUERY };
  const end = url.indexOf('#', start);
  return { ...parse(url.slice(start + 1, end === -1 ? undefined : end), '&', '=', { maxKeys: 0 }) };
}
