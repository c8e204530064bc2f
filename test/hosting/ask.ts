/** Asks a server on the loopback one thing, over plain HTTP, and keeps of the answer what matters. */
import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Question {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

/** Of the connection, not of the answer; and the two headers that no two answers share. */
const IGNORED = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding']);

export function ask(port: number, question: Question = {}): Promise<Answer> {
  const { path = '/', body, headers = {} } = question;
  const method = question.method ?? (body === undefined ? 'GET' : 'POST');
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers: { ...length, ...headers }, agent: false },
      incoming => {
        const chunks: Buffer[] = [];
        incoming.on('data', chunk => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const kept = Object.entries(incoming.headers).filter(([name]) => !IGNORED.has(name));
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(kept),
            body: Buffer.concat(chunks).toString(),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
