/**
 * The JSON objects in requests' bodies. Nearly all come as so many bytes of plain UTF-8 as their request announces, and
 * are read right here, for a third of the cost; those in chunks or compressed are left to Express's parser.
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import express from 'express';
import { Failure } from '../../contract/failure.js';
import { hasBody, readBody, takeBody, takeLittle } from '../../http/request/body.js';
import { parseJson } from '../../json.js';

/** The object, or a promise of it where it has to be waited for; undefined where there is no body. `hold` is called before one is read that is to be counted. Throws, or rejects with, a Failure or what the parser throws. */
export type JsonBody = (
  request: IncomingMessage,
  response: ServerResponse,
  hold: () => void,
) => Promise<unknown> | object | undefined;

/** Takes `limit` bytes, after decompression. */
export function jsonBody(limit: number): JsonBody {
  const parse = promisify(parserOf(limit));
  const parsed = async (request: IncomingMessage & { body?: unknown }, response: ServerResponse): Promise<unknown> => {
    await parse(request, response);
    return request.body;
  };
  return (request, response, hold) => {
    if (!hasBody(request)) return undefined;
    const type = request.headers['content-type'] ?? '';
    const plain = PLAIN_TYPE.test(type) && isPlain(request);
    const little = plain ? takeLittle(request) : undefined;
    if (little) return objectIn(little);
    if (!plain && !JSON_TYPE.test(type)) throw new Failure('unsupported', 'the body must be application/json');
    hold();
    if (!plain) return parsed(request, response);
    const bytes = takeBody(request, limit);
    return bytes ? objectIn(bytes) : readBody(request, limit).then(objectIn);
  };
}

const JSON_TYPE = /^application\/json *(?:;|$)/i;
const PLAIN_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i;

const isPlain = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] === undefined && headers['content-encoding'] === undefined;

function objectIn(bytes: Buffer): object {
  try {
    const value = parseJson(bytes);
    if (typeof value === 'object' && value !== null) return value;
  } catch (thrown) {
    if (thrown instanceof TypeError) throw new Failure('invalid', 'the body is not UTF-8');
  }
  throw new Failure('invalid', 'the body is not a JSON object');
}

/** Bytes that are not UTF-8 are refused: decoding would silently put other characters in their place. */
const parserOf = (limit: number) =>
  express.json({
    type: 'application/json',
    limit,
    verify: (_request, _response, bytes, charset) => {
      if (charset !== 'utf-8') throw new Failure('unsupported', 'the body must be in UTF-8');
      if (!isUtf8(bytes)) throw new Failure('invalid', 'the body is not UTF-8');
    },
  });
