/**
 * What there is without us: handlers on a Socket.IO server with our settings. One answers; one tells a room, and stores
 * nothing and asks nobody: who comes with `room:NAME` for a token is in it.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { type Order, totalOf } from './order.js';
import { program } from './serving.js';

interface Sent {
  readonly chatId: string;
  readonly clientId: string;
  readonly body: string;
}

await program(async port => {
  const httpServer = createServer();
  const io = new Server(httpServer, { serveClient: false, perMessageDeflate: false, httpCompression: false });
  const seqs = new Map<string, number>();
  io.on('connection', socket => {
    const { token } = socket.handshake.auth as { token?: string };
    if (token?.startsWith('room:')) void socket.join(token);
    socket.on('message:send', (sent: Sent, acknowledge: (answer: object) => void) => {
      const seq = (seqs.get(sent.chatId) ?? 0) + 1;
      seqs.set(sent.chatId, seq);
      const [id, sentAt] = [randomUUID(), new Date().toISOString()];
      io.to(sent.chatId).emit('message:new', { ...sent, seq, id, senderId: socket.id, replyTo: null, sentAt });
      acknowledge({ ok: true, data: { clientId: sent.clientId, status: 'stored', id, seq, sentAt } });
    });
    socket.on('order', (order: Order, acknowledge: (answer: object) => void) =>
      acknowledge({ ok: true, data: totalOf(order) }),
    );
  });
  httpServer.listen(port, '127.0.0.1');
  await once(httpServer, 'listening');
});
