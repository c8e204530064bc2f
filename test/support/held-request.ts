/** A request of which the server has everything but the end of its body, until the test says so. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

export interface HeldRequest {
  /** Sends the rest; the status of the answer. */
  finish(): Promise<number>;
}

/** Resolves when the server has taken the headers on, and asks for the body. */
export async function holdBody(
  url: string,
  {
    method,
    token,
    body,
    type = 'application/json',
  }: Readonly<Record<'method' | 'body', string>> & {
    readonly token?: string;
    readonly type?: string;
  },
): Promise<HeldRequest> {
  const sent = request(url, {
    method,
    agent: false,
    headers: {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      expect: '100-continue',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
  });
  // It may be refused or cut off at any time, which `finish` is told of.
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  answered.catch(() => {});
  sent.flushHeaders();
  await Promise.race([once(sent, 'continue'), answered]);
  sent.write(body.slice(0, -1));
  return {
    async finish() {
      sent.end(body.slice(-1));
      const [answer] = await answered;
      answer.resume();
      return answer.statusCode ?? 0;
    },
  };
}
