/** A question to an HTTP API with certificates of its own, which `fetch` takes none of. */
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { text } from 'node:stream/consumers';
import type { SecureContextOptions } from 'node:tls';

interface Question {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: SecureContextOptions;
  readonly patienceMs: number;
}

/** Rejects for anything but 200 and JSON in time; a redirect is not followed. */
export async function getJson(url: string, { headers, tls, patienceMs }: Question): Promise<unknown> {
  const signal = AbortSignal.timeout(patienceMs);
  const request = url.startsWith('https:')
    ? requestSecure(url, { headers, signal, ...tls })
    : requestPlain(url, { headers, signal });
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', response => {
      const answer = response.statusCode === 200 ? text(response) : Promise.reject(refused(response));
      answer.then(JSON.parse).then(resolve, reject);
    });
    request.end();
  });
}

function refused(response: IncomingMessage): Error {
  response.resume();
  return new Error(`it answers ${response.statusCode}`);
}
