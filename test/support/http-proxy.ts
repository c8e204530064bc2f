/** A stretch of HTTP that can fail: it carries requests to a target, Host and all, until told to answer some of them itself. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

/** What it answers instead of the target. */
export interface Refusal {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether this request is answered so; all are, where nothing is said. */
  readonly hits?: (request: IncomingMessage) => boolean;
  /** The target carries it out before, and nobody hears what it said. */
  readonly after?: boolean;
}

export interface HttpProxy {
  readonly port: number;
  refuse(refusal: Refusal): void;
  mend(): void;
  close(): Promise<void>;
}

export async function httpProxy(target: { readonly host: string; readonly port: number }): Promise<HttpProxy> {
  let refusal: Refusal | undefined;

  const server = createServer((asked, answer) => {
    const { hits = () => true, after = false } = refusal ?? {};
    const refused = refusal !== undefined && hits(asked) ? refusal : undefined;
    if (refused && !after) {
      // Read to its end: who sends a body hears the answer then.
      asked.resume().once('end', () => tell(answer, refused));
      return;
    }
    const { method, url: path, headers } = asked;
    // Each on a connection of its own: Swift sends a body after the answer to HEAD, which would spoil the next one.
    const onward = request({ ...target, method, path, headers: { ...headers, connection: 'close' }, agent: false });
    onward.once('response', told => {
      if (refused) return void told.resume().once('end', () => tell(answer, refused));
      const { connection: _, ...said } = told.headers;
      answer.writeHead(told.statusCode ?? 502, said);
      pipeline(told, answer, () => {});
    });
    onward.on('error', () => {
      if (!answer.headersSent) answer.destroy();
    });
    answer.once('close', () => onward.destroy());
    pipeline(asked, onward, () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  return {
    port: address.port,
    refuse(given) {
      refusal = given;
    },
    mend() {
      refusal = undefined;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function tell(answer: ServerResponse, { status, body = '', headers = {} }: Refusal): void {
  answer.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
