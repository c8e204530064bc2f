/** Socket.IO in front: takes messages to RabbitMQ, answers when they are stored, and tells everybody who is in the chat. */
import { createPublicKey, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import amqplib from 'amqplib';
import { jwtVerify } from 'jose';
import { Server, type Socket } from 'socket.io';
import {
  type Answer,
  answersTo,
  database,
  type Message,
  NEWS,
  queueOf,
  ready,
  redis,
  variable,
  type Wanted,
} from './parts.js';

type Reply = (answer: object) => void;

const WITHIN_MS = 10_000;
const UNAVAILABLE = { ok: false, error: { code: 'unavailable', message: 'it is not known whether that is stored' } };
const gateway = randomUUID();
const key = createPublicKey(readFileSync(variable('JWT_PRIVATE_KEY_PATH')));
const db = database();
const channel = await (await amqplib.connect(variable('AMQP_URL'))).createConfirmChannel();
const waiting = new Map<string, Reply>();

const server = createServer();
const io = new Server(server, { serveClient: false });
io.use((socket, next) => {
  jwtVerify(String(socket.handshake.auth.token), key).then(({ payload }) => {
    socket.data.userId = payload.sub;
    next();
  }, next);
});
io.on('connection', socket => {
  const joined = db
    .query('select chat_id from pipeline.members where user_id = $1', [socket.data.userId])
    .then(({ rows }) => socket.join(rows.map(({ chat_id }) => chat_id)));
  socket.on('message:send', (data, reply) => {
    joined.then(() => send(socket, data, reply)).catch(() => reply(UNAVAILABLE));
  });
});

function send(socket: Socket, data: Partial<Wanted>, reply: Reply): void {
  const { chatId = '', clientId, body } = data;
  const isWhole = typeof clientId === 'string' && typeof body === 'string' && body.length <= 4_096;
  if (!isWhole || !socket.rooms.has(chatId)) {
    reply({ ok: false, error: { code: isWhole ? 'forbidden' : 'invalid', message: 'not a message for your chat' } });
    return;
  }
  const id = randomUUID();
  const wanted: Wanted = { id, chatId, senderId: socket.data.userId, clientId, body, gateway };
  const late = setTimeout(() => answer(id, UNAVAILABLE), WITHIN_MS);
  waiting.set(id, told => {
    clearTimeout(late);
    reply(told);
  });
  const bytes = Buffer.from(JSON.stringify(wanted));
  channel.publish('', queueOf(chatId), bytes, { persistent: true, mandatory: true }, error => {
    if (error) answer(id, UNAVAILABLE);
  });
}

function answer(id: string, told: object): void {
  waiting.get(id)?.(told);
  waiting.delete(id);
}

const hearing = redis();
hearing.on('message', (name, text) => {
  if (name === NEWS)
    for (const message of JSON.parse(text) as Message[]) io.to(message.chatId).emit('message:new', message);
  else for (const { wantedId, message } of JSON.parse(text) as Answer[]) answer(wantedId, resultOf(message));
});
const resultOf = (message: Message | undefined): object =>
  message
    ? { ok: true, message, seq: message.seq }
    : { ok: false, error: { code: 'forbidden', message: 'the sender is not in this chat' } };
await hearing.subscribe(NEWS, answersTo(gateway));

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
ready((server.address() as AddressInfo).port);
