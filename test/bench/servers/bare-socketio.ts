/** What a socket function with an acknowledgement is without us: a handler on a Socket.IO server with our settings. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { type Order, totalOf } from './order.js';
import { program } from './serving.js';

await program(async port => {
  const httpServer = createServer();
  const io = new Server(httpServer, { serveClient: false, perMessageDeflate: false, httpCompression: false });
  io.on('connection', socket => {
    socket.on('order', (order: Order, acknowledge: (answer: object) => void) =>
      acknowledge({ ok: true, data: totalOf(order) }),
    );
  });
  httpServer.listen(port, '127.0.0.1');
  await once(httpServer, 'listening');
});
