/**
 * Answers with bytes: all or a part of them, or that the client has them already. https://www.rfc-editor.org/rfc/rfc9110
 * A stream is read no faster than the client reads, and let go as soon as nobody wants it any more.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { create as disposition } from 'content-disposition';
import fresh from 'fresh';
import type { Content } from '../../contract/bytes.js';
import { Failure } from '../../contract/failure.js';
import { refuse, replaced } from '../answer.js';
import type { Bounds } from '../bounds/bounds.js';
import { FOR_DOCUMENTS, protectionOf } from '../security-headers.js';
import { type Chunks, hasLeft, letGo, pour } from './pour.js';
import { isOther, rangeOf, type Validators } from './range.js';

interface Answering {
  /** Of a result that is `ok` 200: only then a part is answered. */
  readonly status: number;
  /** Those that the function says, names and values in turn. */
  readonly headers: readonly string[];
  readonly owner: string;
  readonly bounds: Bounds;
}

/**
 * Resolves when the last byte has left, or nobody is there to read it. Rejects with what the stream threw, and with a
 * defect where it has not the length that was said; when something was sent by then, the connection is cut.
 */
export async function answerContent(
  request: IncomingMessage,
  response: ServerResponse,
  content: Content,
  { status, headers: own, owner, bounds }: Answering,
): Promise<void> {
  const length = lengthOf(content);
  const validators = validatorsOf(content);
  const hasParts = 'read' in content || content.bytes instanceof Uint8Array;
  const about = headersOf(request, content, { ...validators, 'accept-ranges': hasParts ? 'bytes' : 'none' });
  const headers = replaced(about, own);
  const looks = status === 200 && (request.method === 'GET' || request.method === 'HEAD');

  if (looks && isOther(request.headers, validators)) {
    leave(content);
    return refuse(response, new Failure('conflict', 'it is not any more what was asked for'), 412);
  }
  if (looks && fresh(request.headers, { ...validators })) {
    leave(content);
    return void response.writeHead(304, headers).end();
  }
  const asksForPart = looks && request.method === 'GET' && hasParts && length !== undefined;
  const range = asksForPart ? rangeOf(request.headers, length, validators) : undefined;
  if (range === 'none') {
    const all = ['content-range', `bytes */${length}`];
    return refuse(response, new Failure('invalid', `there are only ${length} bytes`), 416, all);
  }
  const { start, end } = range ?? { start: 0, end: length };
  const size = end === undefined ? undefined : end - start;
  if (size !== undefined) headers.push('content-length', String(size));
  if (range) headers.push('content-range', `bytes ${start}-${range.end - 1}/${length}`);
  const head = (): void => void response.writeHead(range ? 206 : status, headers);

  if (request.method === 'HEAD') {
    leave(content);
    head();
    return void response.end();
  }
  if ('bytes' in content && content.bytes instanceof Uint8Array) {
    const { bytes } = content;
    bounds.holdAnswer(owner, bytes.length, response);
    head();
    response.end(range ? bytes.subarray(start, end) : bytes);
    return hasLeft(response);
  }
  const chunks = 'read' in content ? content.read(start, start + (size ?? 0)) : (content.bytes as Chunks);
  await pour(chunks, response, { head, length: size, owner, bounds });
}

const lengthOf = (content: Content): number | undefined =>
  'bytes' in content && content.bytes instanceof Uint8Array
    ? content.bytes.length
    : (content as { length?: number }).length;

const validatorsOf = ({ etag, modifiedAt }: Content): Validators => ({
  ...(etag !== undefined && { etag: `"${etag}"` }),
  ...(modifiedAt !== undefined && { 'last-modified': new Date(modifiedAt).toUTCString() }),
});

/**
 * Names and values in turn. What somebody has sent may be shown, but is no page of this origin: it is sandboxed, and saved
 * rather than shown unless the function says otherwise.
 */
function headersOf(request: IncomingMessage, content: Content, more: Readonly<Record<string, string>>): string[] {
  const { type, inline, filename, maxAgeSeconds } = content;
  const said = new Map<string, string>();
  const list = protectionOf(request, FOR_DOCUMENTS);
  for (let at = 0; at < list.length; at += 2) said.set(list[at] as string, list[at + 1] as string);
  said.set('content-security-policy', `${said.get('content-security-policy')};sandbox`);
  if (maxAgeSeconds !== undefined) said.set('cache-control', `private, max-age=${maxAgeSeconds}`);
  else if ('etag' in more || 'last-modified' in more) said.set('cache-control', 'private, no-cache');
  said.set('content-type', type);
  said.set('content-disposition', disposition(filename, { type: inline ? 'inline' : 'attachment' }));
  return [...said, ...Object.entries(more)].flat();
}

/** What is open for a stream that nobody wants is closed. */
function leave(content: Content): void {
  if ('bytes' in content && !(content.bytes instanceof Uint8Array)) letGo(content.bytes);
}
