/**
 * The WebSockets that Engine.IO speaks over, given to it as its `wsEngine`: those of ws. Frames that one turn of the event
 * loop has for a client go to the kernel in one call, which costs more than the frames in it. The order is that of sending.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';

type Data = Parameters<WebSocket['send']>[0];
type Options = Parameters<WebSocket['send']>[1];
type Done = (error?: Error) => void;

export class WebSockets extends WebSocketServer<typeof GatheringWebSocket> {
  constructor(options: ServerOptions<typeof GatheringWebSocket>) {
    super({ ...options, WebSocket: GatheringWebSocket });
  }

  override handleUpgrade(
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
    upgraded: (client: GatheringWebSocket, request: IncomingMessage) => void,
  ): void {
    super.handleUpgrade(request, stream, head, (client, request) => {
      client.stream = stream;
      upgraded(client, request);
    });
  }
}

class GatheringWebSocket extends WebSocket {
  /** The TCP connection that it was upgraded from. */
  stream: Duplex | undefined;

  /**
   * `done` is called at once while the stream has room, so that the next frame follows in the same turn; of a client that
   * reads too slowly it is called when the frame has left, and Engine.IO holds the next ones until then.
   */
  override send(data: Data, given: Options | Done = {}, last?: Done): void {
    const { stream } = this;
    const [options, done] = typeof given === 'function' ? [{}, given] : [given, last];
    if (stream && this.readyState === WebSocket.OPEN) gather(stream);
    if (stream?.writableCorked && !stream.writableNeedDrain) {
      super.send(data, options);
      done?.();
    } else super.send(data, options, done);
  }
}

let gathering: Duplex[] = [];

function gather(stream: Duplex): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  if (gathering.push(stream) === 1) setImmediate(release);
}

function release(): void {
  const due = gathering;
  gathering = [];
  for (const stream of due) stream.uncork();
}
