/**
 * Invokes a foreign function and sends what it returned: nothing as 204, strings as text, `{statusCode, headers, body}`
 * as it says, other values as JSON, CloudEvents as CloudEvents, what it threw as text.
 */
import type { CloudEvent } from 'cloudevents';
import { attributeHeaders, toBatch } from '../cloudevents/write.js';
import { canonicalTime, isCloudEvent } from './event.js';
import { type Head, JSON_TYPE, statusOf, TEXT_TYPE } from './reply.js';
import type { Context } from './types.js';

/** What `this` is within a handler. */
const SCOPE = Object.freeze({});

export type Handler = (this: object, context: Context, input: unknown) => unknown;

export type FunctionResponse = readonly [Head, payload: unknown];

interface Structured {
  statusCode?: unknown;
  headers?: unknown;
  body?: unknown;
}

export interface HostedCall {
  readonly handle: Handler;
  /** The value of access-control-allow-origin for this request. */
  readonly origin: string;
  /** Hears what the function threw. */
  readonly failed: (error: unknown) => void;
}

/** The answer for one request; rejects only when what the function returned cannot be sent. */
export async function invoke(invocation: HostedCall, context: Context, event?: CloudEvent): Promise<FunctionResponse> {
  let returned: unknown;
  try {
    returned = await invocation.handle.call(SCOPE, context, event ?? context.body);
    if (event !== undefined && isCloudEvent(returned)) return eventAnswer(invocation.origin, returned);
  } catch (error) {
    invocation.failed(error);
    return failureAnswer(error);
  }
  return answerOf(invocation.origin, returned);
}

/** Each event in its order, one after the other; the events that were returned, if any, make up the answer. */
export async function invokeBatch(
  invocation: HostedCall,
  contextOf: (event: CloudEvent) => Context,
  events: readonly CloudEvent[],
): Promise<FunctionResponse> {
  const replies: CloudEvent[] = [];
  try {
    for (const event of events) {
      const returned = await invocation.handle.call(SCOPE, contextOf(event), event);
      if (isCloudEvent(returned)) replies.push(checked(returned));
    }
  } catch (error) {
    invocation.failed(error);
    return failureAnswer(error);
  }
  if (replies.length === 0) return answerOf(invocation.origin, undefined);
  const { headers, body } = toBatch(replies);
  return [{ status: 200, headers: { ...headersFor(invocation.origin), ...headers } }, body];
}

/** Throws for an attribute that can be none. */
function checked(event: CloudEvent): CloudEvent {
  attributeHeaders(event, {});
  return event;
}

export const METHODS = 'OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH';

const headersFor = (origin: string): Head['headers'] => ({
  'content-type': JSON_TYPE,
  'access-control-allow-methods': METHODS,
  'access-control-allow-origin': origin,
});

function answerOf(origin: string, returned: unknown): FunctionResponse {
  const headers = headersFor(origin);
  if (!returned) {
    delete headers['content-type'];
    return [{ status: 204, headers }, undefined];
  }
  if (typeof returned === 'string') {
    headers['content-type'] = TEXT_TYPE;
    return [{ status: 200, headers }, returned];
  }
  const structured = returned as Structured;
  if (typeof structured.headers === 'object') addHeaders(headers, structured.headers);
  let payload: unknown;
  if (structured.body !== undefined) {
    payload = structured.body;
    if (!headers['content-type'])
      headers['content-type'] = typeof payload === 'string' ? TEXT_TYPE : typeof payload === 'object' ? JSON_TYPE : '';
  } else if (typeof returned === 'object') {
    payload = returned;
    headers['content-type'] = JSON_TYPE;
  }
  if (typeof payload !== 'string' && String(headers['content-type']).startsWith('text/plain'))
    payload = JSON.stringify(payload);
  return [{ status: structured.statusCode ? statusOf(structured.statusCode) : 200, headers }, payload];
}

function addHeaders(headers: Head['headers'], returned: object | null): void {
  for (const name in returned) {
    const value = (returned as Head['headers'])[name];
    headers[name.toLowerCase()] = name.toLowerCase() === 'content-type' ? value : (value ?? '');
  }
}

function eventAnswer(origin: string, event: CloudEvent): FunctionResponse {
  const headers = attributeHeaders(event, headersFor(origin));
  if (event.time) headers['ce-time'] = canonicalTime(event.time);
  const { data } = event;
  const payload = typeof data === 'object' && !ArrayBuffer.isView(data) ? JSON.stringify(data) : data;
  const isText = String(headers['content-type']).startsWith('text/plain') && typeof payload !== 'string';
  return [{ status: 200, headers }, isText ? JSON.stringify(payload) : payload];
}

/** An error's `code` is the status if it can be one; everybody else's codes (ECONNREFUSED, 23505) mean 500. */
function failureAnswer(error: unknown): FunctionResponse {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown };
  const status = Number(code);
  const isStatus =
    (typeof code === 'number' || typeof code === 'string') &&
    Number.isInteger(status) &&
    status >= 200 &&
    status <= 599;
  return [{ status: isStatus ? status : 500, headers: {} }, message];
}
