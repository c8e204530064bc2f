/**
 * A client as somebody may have written it from version 1 of the contract, to the letter: it knows the members and events
 * that are named there and ignores all others, keeps a seq of each chat, and takes it that seqs have no holes.
 */
import { io, type Socket } from 'socket.io-client';
import { request } from '../rest.js';
import type { V1Client } from './client.js';

interface V1Message {
  readonly chatId: string;
  readonly seq: number;
  readonly id: string;
  readonly clientId: string;
  readonly senderId: string;
  readonly body: string;
  readonly replyTo: string | null;
  readonly sentAt: string;
}

interface V1Synced {
  readonly chats: readonly {
    readonly chatId: string;
    readonly messages: readonly V1Message[];
    readonly lastSeq: number;
    readonly readSeqs: Readonly<Record<string, number>>;
    readonly more: boolean;
  }[];
  readonly unknown: readonly string[];
}

const TEXTS = ['chatId', 'id', 'clientId', 'senderId', 'body', 'sentAt'] as const;
const EVERY_MS = 100;

export function frozenClient(url: string): V1Client {
  const held = new Map<string, V1Message[]>();
  const troubles: string[] = [];
  const outbox = new Map<string, { chatId: string; clientId: string; body: string }>();
  let token = '';
  let socket: Socket | undefined;
  let syncing = false;
  let behind = false;
  let sends = 0;

  function take(message: V1Message): void {
    const wrong = TEXTS.find(name => typeof message[name] !== 'string');
    if (wrong) troubles.push(`${wrong} of a message is ${message[wrong]}`);
    const messages = held.get(message.chatId) ?? [];
    held.set(message.chatId, messages);
    const upTo = messages.at(-1)?.seq ?? message.seq - 1;
    if (message.seq === upTo + 1) messages.push(message);
    else if (message.seq > upTo) behind = true;
  }

  async function sync(): Promise<void> {
    if (syncing || !socket?.connected) return;
    syncing = true;
    try {
      for (let more = true; more; ) {
        behind = false;
        const cursors = Object.fromEntries([...held].map(([chatId, messages]) => [chatId, messages.at(-1)?.seq ?? 0]));
        const answer = await socket.timeout(5_000).emitWithAck('sync', { cursors });
        if (!answer.ok) throw new Error(JSON.stringify(answer.error));
        const { chats } = answer.data as V1Synced;
        const before = JSON.stringify(cursors);
        for (const { chatId, messages } of chats) if (held.has(chatId)) messages.forEach(take);
        const after = Object.fromEntries([...held].map(([chatId, messages]) => [chatId, messages.at(-1)?.seq ?? 0]));
        // Seqs have no holes, so the next page begins where this one ended.
        if (behind && JSON.stringify(after) === before) troubles.push(`sync leaves a hole after ${before}`);
        more = chats.some(chat => chat.more) && JSON.stringify(after) !== before;
      }
    } catch (error) {
      if (socket?.connected) troubles.push(`sync: ${(error as Error).message}`);
    } finally {
      syncing = false;
    }
  }

  async function flush(): Promise<void> {
    for (const message of outbox.values()) {
      if (!socket?.connected) return;
      const answer = await socket
        .timeout(5_000)
        .emitWithAck('message:send', message)
        .catch(() => undefined);
      if (answer?.ok) outbox.delete(message.clientId);
      else if (answer) troubles.push(`message:send: ${JSON.stringify(answer.error)}`);
    }
  }

  const timer = setInterval(() => {
    if (behind) void sync();
    void flush();
  }, EVERY_MS);

  return {
    troubles,
    async signIn(credentials) {
      const { status, body } = await request<{ accessToken: string }>(url, 'POST', '/v1/auth/login', {
        body: credentials,
      });
      if (status !== 200) throw new Error(`cannot sign in: ${status}`);
      token = body.accessToken;
      socket = io(url, { auth: { token }, transports: ['websocket'], forceNew: true, reconnectionDelay: EVERY_MS });
      socket.on('connect', () => void sync());
      socket.on('message:new', take);
    },
    isWell: () => socket?.connected === true && !behind && !syncing && outbox.size === 0,
    async open(chatId) {
      const path = `/v1/chats/${chatId}/messages`;
      const { status, body } = await request<{ messages: V1Message[] }>(url, 'GET', path, { token });
      if (status !== 200) throw new Error(`cannot read: ${status}`);
      held.set(chatId, []);
      body.messages.forEach(take);
    },
    bodies: chatId => held.get(chatId)?.map(({ body }) => body) ?? [],
    send(chatId, body) {
      const clientId = `v1-${token.slice(-8)}-${++sends}`;
      outbox.set(clientId, { chatId, clientId, body });
      void flush();
    },
    close() {
      clearInterval(timer);
      socket?.disconnect();
    },
  };
}
