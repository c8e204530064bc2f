/** People for the stories: somebody who has signed up, talks REST through one gateway and opens connections on any. */
import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Live } from './live.js';
import { type Answer, request } from './rest.js';
import type { Chat, Message, Stored } from './shapes.js';

export const PASSWORD = 'correct horse battery staple';

export interface SignedIn {
  readonly user: { id: string; email: string; username: string; displayName: string; createdAt: string };
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

export interface Person extends SignedIn {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly gateway: string;
  call<Body = unknown>(method: string, path: string, body?: unknown): Promise<Answer<Body>>;
  /** A connection on the person's own gateway or another one; closed with `leave`. */
  connect(gateway?: string, token?: string): Promise<Live>;
  /** Closes the connections that were opened with `connect`. */
  leave(): void;
}

export async function signUp(gateway: string, name: string): Promise<Person> {
  const username = `${name.toLowerCase()}_${randomBytes(4).toString('hex')}`;
  const body = { email: `${username}@example.org`, password: PASSWORD, username, displayName: name };
  const answer = await request<SignedIn>(gateway, 'POST', '/v1/auth/register', { body });
  if (answer.status !== 201) throw new Error(`${name} cannot sign up: ${JSON.stringify(answer.body)}`);
  return personOf(gateway, answer.body);
}

/** The same person on another device. */
export async function signIn(person: Person, gateway: string, device?: string): Promise<Person> {
  const body = { email: person.email, password: PASSWORD, ...(device && { device }) };
  const answer = await request<SignedIn>(gateway, 'POST', '/v1/auth/login', { body });
  if (answer.status !== 200) throw new Error(`cannot sign in: ${JSON.stringify(answer.body)}`);
  return personOf(gateway, answer.body);
}

function personOf(gateway: string, session: SignedIn): Person {
  const open: Live[] = [];
  return {
    ...session,
    id: session.user.id,
    email: session.user.email,
    username: session.user.username,
    gateway,
    call: (method, path, body) => request(gateway, method, path, { token: session.accessToken, body }),
    connect: async (on = gateway, token = session.accessToken) => {
      const live = await connect(on, token);
      open.push(live);
      return live;
    },
    leave: () => {
      for (const live of open.splice(0)) live.close();
    },
  };
}

const expectStatus = <Body>(what: string, answer: Answer<Body>, ...wanted: number[]): Body => {
  if (!wanted.includes(answer.status)) throw new Error(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

export async function directChat(one: Person, other: Person): Promise<Chat> {
  const answer = await one.call<{ chat: Chat }>('POST', '/v1/chats', { type: 'direct', memberIds: [other.id] });
  return expectStatus('direct chat', answer, 201, 200).chat;
}

export async function group(owner: Person, members: readonly Person[], title = 'a group'): Promise<Chat> {
  const memberIds = members.map(member => member.id);
  const answer = await owner.call<{ chat: Chat }>('POST', '/v1/chats', { type: 'group', title, memberIds });
  return expectStatus('group', answer, 201).chat;
}

/** Sends over the connection and resolves with the acknowledgement's data. */
export const send = (live: Live, chatId: string, body: string, clientId: string = randomUUID()): Promise<Stored> =>
  live.ask<Stored>('message:send', { chatId, clientId, body });

export async function history(reader: Person, chatId: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const path = `/v1/chats/${chatId}/messages?limit=200&after=${messages.at(-1)?.seq ?? 0}`;
    const page = expectStatus('history', await reader.call<{ messages: Message[] }>('GET', path), 200).messages;
    if (page.length === 0) return messages;
    messages.push(...page);
  }
}
