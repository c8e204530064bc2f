/** WebSocket frames by hand: those that a client library sends, and those that none would. RFC 6455. */

export interface FrameOptions {
  readonly opcode?: number;
  /** The first byte as it is, instead of a final frame of that opcode. */
  readonly first?: number;
  readonly masked?: boolean;
  /** What the header says, where that is not the length. */
  readonly said?: number;
}

const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
const PONG = 10;
const PING = 9;

/** A frame of a client; its mask is zero, which is a mask like any other. */
export function frame(payload: Buffer | string, options: FrameOptions = {}): Buffer {
  const { opcode = TEXT, first = 0x80 | opcode, masked = true } = options;
  const bytes = Buffer.from(payload as Buffer);
  const length = options.said ?? bytes.length;
  const mask = masked ? 0x80 : 0;
  const short = Buffer.from([first, mask | (length < 126 ? length : length < 65_536 ? 126 : 127)]);
  const long = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8);
  if (long.length === 2) long.writeUInt16BE(length);
  if (long.length === 8) long.writeBigUInt64BE(BigInt(length));
  return Buffer.concat([short, long, Buffer.alloc(masked ? 4 : 0), bytes]);
}

export interface FrameReader {
  read(bytes: Buffer): void;
}

/** The texts that a server sends; its pings are answered with `pong`, and that it closes is told. */
export function frameReader(
  onText: (text: string) => void,
  pong: (frame: Buffer) => void,
  onClose: () => void = () => {},
): FrameReader {
  let waiting: Buffer = Buffer.alloc(0);
  const take = (): boolean => {
    if (waiting.length < 2) return false;
    const short = waiting[1]! & 0x7f;
    const start = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (waiting.length < start) return false;
    const length = short === 127 ? Number(waiting.readBigUInt64BE(2)) : short === 126 ? waiting.readUInt16BE(2) : short;
    if (waiting.length < start + length) return false;
    const opcode = waiting[0]! & 0x0f;
    const payload = waiting.subarray(start, start + length);
    waiting = waiting.subarray(start + length);
    if (opcode === TEXT) onText(payload.toString());
    else if (opcode === PING) pong(frame(payload, { opcode: PONG }));
    else if (opcode === CLOSE) onClose();
    return true;
  };
  return {
    read(bytes) {
      waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes]);
      while (take());
    },
  };
}
