/** People who use the client library: each with a storage of their own, and closed at the end of a test. */
import { randomBytes } from 'node:crypto';
import { type Client, type ClientOptions, createClient } from '../../../web/client/client.js';
import { memoryStorage } from '../../../web/client/storage.js';
import { eventually } from '../../support/eventually.js';
import { PASSWORD } from '../../support/people.js';

const open: Client[] = [];

export interface Friend {
  readonly client: Client;
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

export async function friend(url: string, name: string, options: Partial<ClientOptions> = {}): Promise<Friend> {
  const client = device(url, options);
  const username = `${name.toLowerCase()}_${randomBytes(4).toString('hex')}`;
  const email = `${username}@example.org`;
  await client.signUp({ email, password: PASSWORD, username, displayName: name });
  await ready(client);
  return { client, id: client.state.user?.id ?? '', email, name };
}

/** A client that is closed with the others. */
export function device(url: string, options: Partial<ClientOptions> = {}): Client {
  const client = createClient({ url, storage: memoryStorage(), ...options });
  open.push(client);
  return client;
}

export const ready = (client: Client): Promise<boolean> =>
  eventually('connected, with the chats', () => client.state.link === 'online' && client.state.loaded, { every: 5 });

/** The chat, once this client has heard of it. */
export const chatOf = (client: Client, chatId: string) =>
  eventually('the chat is there', () => client.state.chats.get(chatId), { every: 5 });

export const bodiesOf = (client: Client, chatId: string): string[] =>
  client.state.chats.get(chatId)?.history.messages.map(({ body }) => body) ?? [];

export function goHome(): void {
  for (const client of open.splice(0)) client.close();
}
