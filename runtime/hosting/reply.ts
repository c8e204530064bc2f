/** Sends a payload of any kind as the body that its content type asks for, and errors as JSON documents. */
import { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { endInOnePiece } from '../http/one-piece.js';
import { badPayload, badStatus } from './failure.js';

export type Response = ServerResponse<IncomingMessage>;

/** What precedes the body; header names in lower case. */
export interface Head {
  status: number;
  headers: OutgoingHttpHeaders;
}

export const JSON_TYPE = 'application/json; charset=utf-8';
export const TEXT_TYPE = 'text/plain; charset=utf-8';

/** Strings and bytes as they are, streams piped, anything else as JSON if the content type is unset or of that kind. */
export function send(response: Response, head: Head, payload: unknown): void {
  try {
    if (payload instanceof Error) sendError(response, head, payload);
    else write(response, head, encode(head.headers, payload));
  } catch (error) {
    sendError(response, head, error);
  }
}

/** The error as a document of status, error, message and, if it has one, code. Keeps headers that were set before. */
export function sendError(response: Response, head: Head, error: unknown): void {
  const { status, statusCode, code, message } = Object(error) as Record<string, unknown>;
  const [own] = [status, statusCode].filter((value): value is number => Number(value) >= 400 && Number(value) < 600);
  const final = own ?? (head.status >= 400 ? head.status : 500);
  const text = message === undefined ? String(error) : String(message);
  const document = {
    statusCode: final,
    ...(code === undefined ? {} : { code: String(code) }),
    error: STATUS_CODES[final],
    message: text,
  };
  const body = JSON.stringify(document);
  const headers = { ...head.headers, 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(body) };
  try {
    response.writeHead(final, headers);
  } catch {
    const { 'content-type': type, 'content-length': length } = headers;
    response.writeHead(final, { 'content-type': type, 'content-length': length });
  }
  response.end(body);
}

/** The number of a final answer's status; throws for what is none. */
export function statusOf(status: unknown): number {
  const number = Number(status);
  if (!(number >= 200 && number <= 599)) throw badStatus(status);
  return Math.trunc(number);
}

function encode(headers: OutgoingHttpHeaders, payload: unknown): unknown {
  if (payload === undefined) return undefined;
  const type = headers['content-type'] as string | undefined;
  if (type === JSON_TYPE && isPlain(payload)) return JSON.stringify(payload);
  if (isStream(payload)) return payload;
  if (ArrayBuffer.isView(payload)) {
    headers['content-type'] = type ?? 'application/octet-stream';
    return Buffer.isBuffer(payload) ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  }
  if (type === undefined) headers['content-type'] = typeof payload === 'string' ? TEXT_TYPE : JSON_TYPE;
  else if (!String(type).includes('json')) return payload;
  else if (!type.includes('charset')) headers['content-type'] = withCharset(type.trim());
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

const isPlain = (payload: unknown): boolean =>
  typeof payload === 'object' &&
  payload !== null &&
  Object.getPrototypeOf(payload) === Object.prototype &&
  !('pipe' in payload) &&
  !('getReader' in payload);

const withCharset = (type: string): string => `${type}${type.endsWith(';') ? '' : ';'} charset=utf-8`;

const isStream = (payload: unknown): payload is Readable | ReadableStream =>
  typeof (payload as Readable | null)?.pipe === 'function' ||
  typeof (payload as ReadableStream | null)?.getReader === 'function';

function write(response: Response, { status, headers }: Head, body: unknown): void {
  if (body === undefined || body === null) {
    if (status !== 204 && status !== 304) headers['content-length'] = 0;
    response.writeHead(status, headers).end();
  } else if (status === 204) {
    delete headers['content-type'];
    delete headers['content-length'];
    response.writeHead(status, headers).end();
    if (isStream(body)) discard(body);
  } else if (isStream(body)) {
    pipe(response, { status, headers }, body);
  } else {
    if (typeof body !== 'string' && !Buffer.isBuffer(body)) throw badPayload(body);
    headers['content-length'] = Buffer.byteLength(body);
    response.writeHead(status, headers);
    endInOnePiece(response, body);
  }
}

const readable = (body: Readable | ReadableStream): Readable => ('pipe' in body ? body : Readable.fromWeb(body));

function discard(body: Readable | ReadableStream): void {
  readable(body)
    .on('error', () => {})
    .resume();
}

/** A stream that fails before its first byte is an error document; later, all that is left is to cut the connection. */
function pipe(response: Response, head: Head, body: Readable | ReadableStream): void {
  const source = readable(body);
  source.once('error', error => {
    if (!response.headersSent) sendError(response, head, error);
  });
  response.once('close', () => source.destroy());
  response.statusCode = head.status;
  for (const [name, value] of Object.entries(head.headers)) if (value !== undefined) response.setHeader(name, value);
  source.once('readable', () => pipeline(source, response, () => {}));
}
