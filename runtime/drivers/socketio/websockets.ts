/**
 * The WebSockets that Engine.IO speaks over, given to it as its `wsEngine`: those of ws. Frames that one turn of the event
 * loop has for a client go to the kernel in one call, which costs more than the frames in it, and a text that many clients
 * are sent is put into a frame once. The order is that of sending, of ws's own frames as well: all go to the same stream.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';

type Data = Parameters<WebSocket['send']>[0];
type Options = Parameters<WebSocket['send']>[1];
type Done = (error?: Error) => void;

const FINAL_TEXT = 0x81;

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
    if (!stream || typeof data !== 'string' || this.readyState !== WebSocket.OPEN) super.send(data, options, done);
    else {
      gather(stream);
      if (stream.writableNeedDrain) stream.write(frameOf(data), error => done?.(error ?? undefined));
      else {
        stream.write(frameOf(data));
        done?.();
      }
    }
  }
}

/** Of the last text that was sent, which is the next one as well while a room is told something. */
let latest = framed('');

function frameOf(text: string): Buffer {
  if (text !== latest.text) latest = framed(text);
  return latest.frame;
}

/** RFC 6455, 5.2: a text in one frame, as a server sends it. Nothing is compressed here, and nothing fragmented. */
function framed(text: string): { readonly text: string; readonly frame: Buffer } {
  const bytes = Buffer.byteLength(text);
  const head = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + bytes);
  frame[0] = FINAL_TEXT;
  if (head === 2) frame[1] = bytes;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(bytes, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(bytes), 2);
  }
  frame.write(text, head);
  return { text, frame };
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
