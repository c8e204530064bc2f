/** Reads a request's body, up to a limit, and makes of it what its content type says. */
import type { IncomingMessage } from 'node:http';
import qs from 'qs';
import { bodyTooLarge, emptyJson, HttpFailure } from './failure.js';

/** Rejects with 413 for more than `limit` bytes, at once when the request announces them. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length']) > limit) return reject(bodyTooLarge());
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) return reject(bodyTooLarge());
      chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

/** Whether there is a body at all; one without a content type is bytes. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-type'] !== undefined ||
  headers['transfer-encoding'] !== undefined ||
  (headers['content-length'] ?? '0') !== '0';

/** JSON as its value, forms as objects, text and structured CloudEvents as strings, everything else as bytes. */
export function parseBody(contentType: string | undefined, bytes: Buffer): unknown {
  if (contentType === 'application/json') return parseJson(bytes);
  const type = essenceOf(contentType);
  if (type.includes('application/cloudevents+json')) return bytes.toString();
  if (type.includes('application/x-www-form-urlencoded')) return qs.parse(bytes.toString());
  if (type.includes('application/json')) return parseJson(bytes);
  if (type.includes('text/plain')) return bytes.toString();
  return bytes;
}

function essenceOf(contentType = ''): string {
  const end = contentType.indexOf(';');
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw emptyJson();
  const text = bytes.toString();
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (cause) {
    throw new HttpFailure(400, (cause as Error).message);
  }
  if (SUSPECT.test(text) && poisons(value)) throw new HttpFailure(400, 'Object contains forbidden prototype property');
  return value;
}

/** `__proto__` or `constructor` as a key, in any spelling that JSON allows: with an escape anywhere, look closely. */
const SUSPECT = /"__proto__"|"constructor"|\\u/;

/** Whether keys are there that would change the prototype of whatever the object is merged into, at any depth. */
function poisons(root: unknown): boolean {
  const open = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) return true;
    const own = Object.getOwnPropertyDescriptor(value, 'constructor')?.value;
    if (typeof own === 'object' && own !== null && Object.hasOwn(own, 'prototype')) return true;
    for (const member of Object.values(value)) open.push(member);
  }
  return false;
}
