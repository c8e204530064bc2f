/** A WebSocket to Engine.IO without a client library, for what a client library would never send. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawWebSocket {
  readonly socket: Socket;
  /** One text frame of less than 126 bytes. */
  send(text: string): void;
  /** One binary frame of less than 126 bytes. */
  sendBytes(bytes: Buffer): void;
  /** A frame of any length, text or binary; `said` is the length that its head says, where it is another. */
  frame(payload: string | Buffer, options?: { readonly said?: number }): void;
  /** All bytes that came, as text; frames of text are readable in it. */
  heard(): string;
}

export async function rawWebSocket(port: number): Promise<RawWebSocket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  let heard = '';
  socket.on('data', bytes => {
    heard += bytes.toString('latin1');
  });
  socket.write(
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(socket, 'data');
  return {
    socket,
    send: text => void socket.write(frame(0x81, Buffer.from(text))),
    frame: (payload, { said } = {}) => {
      const bytes = Buffer.from(payload as Buffer);
      const head = Buffer.from([typeof payload === 'string' ? 0x81 : 0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
      head.writeUInt32BE(said ?? bytes.length, 6);
      socket.write(Buffer.concat([head, bytes]));
    },
    sendBytes: bytes => void socket.write(frame(0x82, bytes)),
    heard: () => heard,
  };
}

const frame = (first: number, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
