/** Two people who talk, and what they must find again after a restore: their sessions and all that was said. */
import { isDeepStrictEqual } from 'node:util';
import { group, history, signUp } from '#support/people.js';
import { request } from '#support/rest.js';
import type { Message, Synced } from '#support/shapes.js';

export interface Talk {
  readonly chatId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly messages: readonly Message[];
}

export async function startTalk(url: string): Promise<Talk> {
  const [ann, ben] = [await signUp(url, 'Ann'), await signUp(url, 'Ben')];
  const { id: chatId } = await group(ann, [ben]);
  for (const body of ['one', 'two', 'three']) await write(url, chatId, ann.accessToken, body);
  const { accessToken, refreshToken } = ann;
  return { chatId, accessToken, refreshToken, messages: await history(ann, chatId) };
}

async function write(url: string, chatId: string, token: string, text: string): Promise<number> {
  const body = { clientId: crypto.randomUUID(), body: text };
  const answer = await request<Message>(url, 'POST', `/v1/chats/${chatId}/messages`, { token, body });
  if (answer.status !== 201) throw new Error(`a message was answered ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.seq;
}

/** One more message; the talk with it. */
export async function goOn(url: string, talk: Talk): Promise<Talk> {
  await write(url, talk.chatId, talk.accessToken, 'and then');
  return { ...talk, messages: await heard(url, talk) };
}

async function heard(url: string, { chatId, accessToken: token }: Talk): Promise<readonly Message[]> {
  const answer = await request<{ messages: Message[] }>(url, 'GET', `/v1/chats/${chatId}/messages?limit=200`, {
    token,
  });
  if (answer.status !== 200) throw new Error(`the history was answered ${answer.status}: the access token is not good`);
  return answer.body.messages;
}

/**
 * Throws unless the access token from before is good, the history is what it was to the letter, the refresh token gives new
 * tokens, and what is written next has the next place. Resolves with the talk as it is then.
 */
export async function expectTalk(url: string, talk: Talk): Promise<Talk> {
  if (!isDeepStrictEqual(await heard(url, talk), talk.messages)) throw new Error('the history is not what it was');
  const next = await goOn(url, await renewed(url, talk));
  const seqs = next.messages.map(({ seq }) => seq);
  if (
    !isDeepStrictEqual(
      seqs,
      [...talk.messages, null].map((_, index) => index + 1),
    )
  )
    throw new Error(`the places in the chat are ${seqs}`);
  return next;
}

/** With new tokens for its refresh token. */
export async function renewed(url: string, talk: Talk): Promise<Talk> {
  const body = { refreshToken: talk.refreshToken };
  const answer = await request<Pick<Talk, 'accessToken' | 'refreshToken'>>(url, 'POST', '/v1/auth/refresh', { body });
  if (answer.status !== 200) throw new Error(`the refresh token was answered ${answer.status}`);
  const { accessToken, refreshToken } = answer.body;
  return { ...talk, accessToken, refreshToken };
}

/** Whether who holds more than the database is told to load the chat anew. */
export async function isReset(url: string, { chatId, accessToken: token }: Talk, held: number): Promise<boolean> {
  const body = { cursors: { [chatId]: held } };
  const answer = await request<Synced>(url, 'POST', '/v1/sync', { token, body });
  return answer.body.chats.some(chat => chat.chatId === chatId && chat.reset === true);
}
