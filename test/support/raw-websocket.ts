/** A WebSocket to Engine.IO without a client library, for what a client library would never send. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawWebSocket {
  readonly socket: Socket;
  /** One text frame of less than 126 bytes. */
  send(text: string): void;
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
    send: text => {
      const payload = Buffer.from(text);
      socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
    },
    heard: () => heard,
  };
}
