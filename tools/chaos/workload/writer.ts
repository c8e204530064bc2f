/** Sends until it is stopped: one message after the other or some at once, each again until it is acknowledged. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Stored } from '#support/shapes.js';
import { FINAL, type Submission } from '../checker/sends.js';
import type { Random } from '../random.js';
import { type Acknowledged, ANSWER_MS, type Client } from './client.js';

const LONGEST = '🐘'.repeat(4_096);
const FLOOD = 400;
const FLOOD_AT_ONCE = 16;
const SIGNS = ['a', 'Z', ' ', '\n', 'é', 'ß', '中', '👩‍👩‍👧', '\u200b', '"', '\\', '\u0301', '<b>', '&amp;'];

export interface Sender {
  readonly client: Client;
  /** With those that the client is not in any more. */
  readonly chatIds: readonly string[];
  /** Where clients come in, and the same without the network between. */
  readonly entrances: readonly string[];
  readonly gateways: readonly string[];
  readonly random: Random;
  readonly newClientId: () => string;
}

export async function write(sender: Sender, stopped: () => boolean): Promise<void> {
  const { chatIds, random } = sender;
  while (!stopped()) {
    const chatId = random.pick(chatIds);
    const count = random.chance(0.15) ? random.between(2, 8) : 1;
    await Promise.all(Array.from({ length: count }, () => send(sender, chatId)));
    await pause(random.between(50, 350));
  }
}

/** Messages as long as they can be: asked for again and again, they are more than all buffers on their way hold. */
export async function flood(sender: Sender, chatId: string, stopped: () => boolean): Promise<void> {
  let left = FLOOD;
  const pour = async () => {
    while (left-- > 0 && !stopped()) await send(sender, chatId, LONGEST);
  };
  await Promise.all(Array.from({ length: FLOOD_AT_ONCE }, pour));
}

/** Resolves when it is acknowledged, or, with nothing, refused for good. Some go over REST, each attempt to another gateway. */
export async function send(
  sender: Sender,
  chatId: string,
  body = text(sender),
  media?: readonly string[],
): Promise<Stored | undefined> {
  const { client, random } = sender;
  const message = { chatId, clientId: sender.newClientId(), body, ...(media && { media }) };
  const overRest = random.chance(0.15);
  const { entrances } = sender;
  let turn = random.between(0, entrances.length);
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 500)) {
    const entrance = entrances[turn++ % entrances.length]!;
    const outcome = overRest
      ? await post(client, message, entrance)
      : await client.emit<Stored>('message:send', message);
    if (outcome.ok) {
      await follow(sender, message, outcome.data);
      return outcome.data;
    }
    if (FINAL.includes(outcome.code)) return undefined;
    await pause(random.between(waitMs / 2, waitMs));
  }
}

function post(client: Client, message: Submission, entrance: string): Promise<Acknowledged<Stored>> {
  const { chatId, ...body } = message;
  const path = `/v1/chats/${chatId}/messages`;
  const as = (answer: Stored, status: number): Stored => (status === 201 ? { ...answer, status: 'stored' } : answer);
  return client.call(entrance, 'message:send', message, { method: 'POST', path, body, within: ANSWER_MS, as });
}

/** Now and then looks for it through another gateway, or sends it again. */
async function follow(
  { client, gateways, random }: Sender,
  message: Submission,
  { status, seq }: Stored,
): Promise<void> {
  const { chatId, clientId } = message;
  if (status === 'stored' && random.chance(0.1)) {
    const path = `/v1/chats/${chatId}/messages?limit=1&after=${seq - 1}`;
    await client.call(random.pick(gateways), 'look', { chatId, clientId, seq }, { method: 'GET', path });
  }
  if (random.chance(0.05)) await client.emit('message:send', message);
}

function text({ client: { name }, random }: Sender): string {
  const length = random.chance(0.02) ? 600 : random.between(0, 60);
  return `${name}: ${Array.from({ length }, () => random.pick(SIGNS)).join('')}`;
}
