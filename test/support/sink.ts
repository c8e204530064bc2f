/** An HTTP server that takes CloudEvents as a sink does, and answers as the test says. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Taken {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly [attribute: string]: unknown;
}

export interface SinkAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Sink {
  readonly url: string;
  /** What arrived, in this order, each time that it did. */
  readonly events: readonly Taken[];
  readonly contentTypes: ReadonlySet<string | undefined>;
  close(): Promise<void>;
}

export async function openSink(
  answer: (event: Taken, body: string) => SinkAnswer | Promise<SinkAnswer>,
  port = 0,
): Promise<Sink> {
  const events: Taken[] = [];
  const contentTypes = new Set<string | undefined>();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const event = JSON.parse(body) as Taken;
    events.push(event);
    contentTypes.add(request.headers['content-type']);
    const { status, headers = {}, body: answered } = await answer(event, body);
    response.writeHead(status, headers).end(answered);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    events,
    contentTypes,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
