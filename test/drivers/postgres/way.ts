import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A way to a server that can be closed, or swallow what travels on it, as if the server had moved away; or that puts one
 * text in the place of another of the same length in what the server says.
 */
export async function wayTo(target: number, text = '', translation = '') {
  let heard = '';
  const translated = (chunk: Buffer) => {
    if (text === '') return chunk;
    const said = chunk.toString('latin1').replaceAll(text, translation.padEnd(text.length).slice(0, text.length));
    heard += said;
    return Buffer.from(said, 'latin1');
  };
  const sockets = new Set<Socket>();
  let silenced = new Set<Socket>();
  const server = createServer(client => {
    const upstream = connect(target, '127.0.0.1');
    for (const [socket, other] of [[client, upstream] as const, [upstream, client] as const]) {
      sockets.add(socket);
      const carried = (chunk: Buffer) => (socket === upstream ? translated(chunk) : chunk);
      socket.on('data', chunk => silenced.has(socket) || other.write(carried(chunk)));
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.on('error', () => other.destroy());
    }
  });
  const open = (port: number) => once(server.listen(port, '127.0.0.1'), 'listening');
  await open(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    said: (words: string) => heard.includes(words),
    open: () => open(port),
    /** Of those who are connected; newcomers get through. */
    silence() {
      silenced = new Set(sockets);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server.close(), 'close');
    },
  };
}
