/** What people were shown of messages: by events, new or changed, by `sync`, and by what they asked for over REST. */
import type { Chat, Message, Synced } from '#support/shapes.js';
import type { MessageChanged } from '../replica/replica.js';
import type { Evidence } from './evidence.js';

export interface Shown {
  readonly client: string;
  readonly device: string;
  readonly at: number;
  readonly message: Message;
}

/** In an answer, which says how things were at some time after it was asked for. */
export interface Answered {
  readonly client: string;
  readonly what: string;
  readonly via: string;
  readonly invokedAt: number;
  readonly message: Message;
}

type Logged = Omit<Evidence, 'shown'>;

export function shownIn(evidence: Logged): Shown[] {
  const heard = evidence.connections.flatMap(({ client, device, heard }) =>
    heard.flatMap(({ at, event, data }) => {
      const message = messageOf(event, data);
      return message ? [{ client, device, at, message }] : [];
    }),
  );
  const synced = evidence.calls<unknown, Synced>('sync').flatMap(({ ok, reply, client, via, answeredAt: at }) => {
    const device = evidence.deviceOf(via);
    return ok ? messagesOf(reply).map(message => ({ client, device, at, message })) : [];
  });
  return [...heard, ...synced].sort((one, other) => one.at - other.at);
}

function messageOf(event: string, data: unknown): Message | undefined {
  if (event === 'message:new') return data as Message;
  if (event === 'message:changed') return (data as MessageChanged).message;
  const ofChat = event === 'chat:created' || event === 'chat:updated';
  return ofChat ? ((data as Partial<Chat>).lastMessage ?? undefined) : undefined;
}

const messagesOf = ({ chats }: Synced): Message[] =>
  chats.flatMap(({ messages, changed = [] }) => [...messages, ...changed]);

/** All that was answered, by whatever means. */
export function answersIn(evidence: Logged): Answered[] {
  const pages = ['look', 'history', 'pins'].flatMap(what => evidence.calls<unknown, { messages: Message[] }>(what));
  const chats = evidence.calls<unknown, Partial<Chat>>('chat');
  const syncs = evidence.calls<unknown, Synced>('sync');
  return [
    ...chats.map(call => ({ ...call, messages: call.ok && call.reply.lastMessage ? [call.reply.lastMessage] : [] })),
    ...pages.map(call => ({ ...call, messages: call.ok ? call.reply.messages : [] })),
    ...syncs.map(call => ({ ...call, messages: call.ok ? messagesOf(call.reply) : [] })),
  ].flatMap(({ client, what, via, invokedAt, messages }) =>
    messages.map(message => ({ client, what, via, invokedAt, message })),
  );
}
