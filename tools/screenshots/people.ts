/** The people of the story, whose names are as they would choose them, and what they do over REST. */
import { randomUUID } from 'node:crypto';
import { connect } from '#support/live.js';
import { PASSWORD } from '#support/people.js';
import { type Answer, request } from '#support/rest.js';
import type { Chat, Message } from '#support/shapes.js';

export interface Actor {
  readonly id: string;
  readonly email: string;
  call<Body>(method: string, path: string, body?: object): Promise<Body>;
  /** Resolves with the seq. */
  say(chat: string, body: string, more?: object): Promise<number>;
  edit(chat: string, seq: number, body: string): Promise<unknown>;
  react(chat: string, seq: number, emoji: string): Promise<unknown>;
  /** Comes online, as long as the answer is not closed. */
  come(): Promise<{ close(): void }>;
}

export async function actor(url: string, displayName: string): Promise<Actor> {
  const username = displayName
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase();
  const email = `${username}@example.org`;
  const body = { email, password: PASSWORD, username, displayName };
  const { user, accessToken } = answered(
    await request<{ user: { id: string }; accessToken: string }>(url, 'POST', '/v1/auth/register', { body }),
  );

  const call = async <Body>(method: string, path: string, given?: object): Promise<Body> =>
    answered(await request<Body>(url, method, `/v1${path}`, { token: accessToken, body: given }));
  return {
    id: user.id,
    email,
    call,
    async say(chat, text, more = {}) {
      const said = { clientId: randomUUID(), ...(!('forward' in more) && { body: text }), ...more };
      const { seq } = await call<Partial<Message>>('POST', `/chats/${chat}/messages`, said);
      if (seq === undefined) throw new Error(`not stored in time: ${text}`);
      return seq;
    },
    come: () => connect(url, accessToken),
    edit: (chat, seq, text) => call('PATCH', `/chats/${chat}/messages/${seq}`, { clientId: randomUUID(), body: text }),
    react: (chat, seq, emoji) => call('PUT', `/chats/${chat}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`),
  };
}

export async function chatOf(by: Actor, others: readonly Actor[], title?: string): Promise<string> {
  const memberIds = others.map(({ id }) => id);
  const chat = title === undefined ? { type: 'direct', memberIds } : { type: 'group', title, memberIds };
  return (await by.call<{ chat: Chat }>('POST', '/chats', chat)).chat.id;
}

function answered<Body>({ status, body }: Answer<Body>): Body {
  if (status >= 300) throw new Error(`answered with ${status}: ${JSON.stringify(body)}`);
  return body;
}
