/**
 * The packets of Socket.IO's protocol (5) as this server has them, given to it as its `parser`. What it sends is text, and
 * may hold JSON that is serialized already. Of what clients send, attachments are dropped as they come in, since no event
 * takes them: an event that had some is refused like any other that is malformed, and nobody's bytes wait for the rest.
 */
import { type Packet, Decoder as SocketDecoder } from 'socket.io-parser';
import { RawJson, textOf } from '../raw-json.js';

export class Encoder {
  /** Throws what `JSON.stringify` throws. */
  encode({ type, nsp, id, data }: Packet): [string] {
    return [`${type}${nsp === '/' ? '' : `${nsp},`}${id ?? ''}${data === undefined ? '' : payload(data)}`];
  }
}

const NOTHING = Buffer.alloc(0);

export class Decoder extends SocketDecoder {
  override add(received: unknown): void {
    super.add(typeof received === 'string' ? received : NOTHING);
  }
}

function payload(data: unknown): string {
  const raw = Array.isArray(data) && data.some(each => each instanceof RawJson);
  return raw ? `[${data.map(textOf).join(',')}]` : JSON.stringify(data);
}
