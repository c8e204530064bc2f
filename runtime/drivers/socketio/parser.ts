/**
 * The packets of Socket.IO's protocol (5) as this server has them, given to it as its `parser`. What it sends is text, and
 * may hold JSON that is serialized already. Of what clients send, attachments are dropped as they come in, since no event
 * takes them: an event that had some is refused like any other that is malformed, and nobody's bytes wait for the rest.
 */
import { type Packet, PacketType, Decoder as SocketDecoder } from 'socket.io-parser';
import { RawJson, textOf } from '../raw-json.js';

export class Encoder {
  /** Throws what `JSON.stringify` throws. */
  encode({ type, nsp, id, data }: Packet): [string] {
    return [`${type}${nsp === '/' ? '' : `${nsp},`}${id ?? ''}${data === undefined ? '' : payload(data)}`];
  }
}

/** Names that mean something else to clients: they would close the connection. */
const RESERVED = new Set(['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener']);

/** An event of the server, of the default namespace. Throws for a name that is reserved, and what `JSON.stringify` throws. */
export function eventText(event: string, data: unknown): string {
  if (RESERVED.has(event)) throw new Error(`"${event}" is a reserved event name`);
  return `${PacketType.EVENT}${payload([event, data])}`;
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
