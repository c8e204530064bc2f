/** WebSocket frames (RFC 6455) of a client that sends and gets ASCII text only. */

const TEXT = 0x81;
const CLOSE = 0x88;
const MASKED = 0x80;
/** A mask of zeros changes nothing, so that the load client need not spend its time on it. */
const MASK = '\0\0\0\0';

/** The frame as a string of bytes, up to 64 KiB. */
export function textFrame(text: string): string {
  const { length } = text;
  const size =
    length < 126 ? String.fromCharCode(MASKED | length) : String.fromCharCode(MASKED | 126, length >> 8, length & 0xff);
  return `${String.fromCharCode(TEXT)}${size}${MASK}${text}`;
}

/** Takes what the connection brings, the answer to the handshake first, and hands on each text. */
export function frameReader(onText: (text: string) => void, onEnd: (reason: string) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let open = false;

  function handshake(data: Buffer): Buffer | undefined {
    const end = data.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const head = data.toString('latin1', 0, end);
    if (!head.startsWith('HTTP/1.1 101')) onEnd(`no WebSocket: ${head.split('\r\n')[0]}`);
    open = true;
    return data.subarray(end + 4);
  }

  return chunk => {
    let data: Buffer | undefined = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    if (!open) data = handshake(data) ?? data;
    let at = 0;
    while (open && at + 2 <= data.length) {
      const short = data[at + 1] as number;
      const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
      if (start > data.length) break;
      const size = short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : data.readUInt32BE(at + 6);
      if (start + size > data.length) break;
      if (data[at] === TEXT) onText(data.toString('latin1', start, start + size));
      else if (data[at] === CLOSE) onEnd('the server closed the WebSocket');
      at = start + size;
    }
    rest = data.subarray(at);
  };
}
