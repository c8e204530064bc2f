/**
 * What a client is sent most, events and acknowledgements: as text of Socket.IO's protocol (5), and as a whole WebSocket
 * frame, encoded once for all that get it and written in one piece.
 */

import { bytesOf } from '../written-json.js';

export class Encoded {
  /** How Engine.IO takes the frame along with the text. */
  readonly options: { readonly compress: false; readonly wsPreEncodedFrame: readonly [Buffer] };

  constructor(
    readonly frame: Buffer,
    private readonly start: number,
  ) {
    this.options = { compress: false, wsPreEncodedFrame: [frame] };
  }

  /** For every transport but WebSocket. */
  get text(): string {
    return this.frame.toString('utf8', this.start);
  }
}

/** Names that mean something else to clients, which would close the connection. */
const RESERVED = new Set(['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener']);

/** To the default namespace; `data` is JSON. */
export function eventPacket(event: string, data: unknown): Encoded {
  if (RESERVED.has(event)) throw new Error(`"${event}" is a reserved event name`);
  return encoded(`2[${JSON.stringify(event)},`, bytesOf(data));
}

/** The answer to the client's event of that number. */
export const answerPacket = (number: number, answer: unknown): Encoded => encoded(`3${number}[`, bytesOf(answer));

const FINAL_TEXT = 0x81;
/** How Engine.IO marks a message. */
const MESSAGE = '4';

const CLOSING = ']';

/** RFC 6455, 5.2: of a server, so without a mask. */
function encoded(opening: string, data: Buffer): Encoded {
  const before = Buffer.byteLength(opening);
  const size = MESSAGE.length + before + data.length + CLOSING.length;
  const start = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + size);
  frame[0] = FINAL_TEXT;
  if (start === 2) frame[1] = size;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(size), 2);
  }
  frame.write(MESSAGE, start, 'latin1');
  frame.write(opening, start + MESSAGE.length);
  data.copy(frame, start + MESSAGE.length + before);
  frame.write(CLOSING, start + size - CLOSING.length, 'latin1');
  return new Encoded(frame, start + MESSAGE.length);
}
