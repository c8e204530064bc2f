/** Sends until it is stopped: one message after the other or some at once, each again until it is acknowledged. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Stored } from '../../support/shapes.js';
import type { Random } from '../random.js';
import type { Client, Outcome } from './client.js';

/** Another attempt would end alike. */
const FINAL = ['forbidden', 'not_found', 'invalid', 'too_large', 'conflict'];
const SIGNS = ['a', 'Z', ' ', '\n', 'é', 'ß', '中', '👩‍👩‍👧', '\u200b', '"', '\\', '\u0301', '<b>', '&amp;'];

export interface Sender {
  readonly client: Client;
  /** With those that the client is not in any more. */
  readonly chatIds: readonly string[];
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

/** Resolves when it is acknowledged, or refused for good. */
export async function send(sender: Sender, chatId: string): Promise<void> {
  const { client, random } = sender;
  const message = { chatId, clientId: sender.newClientId(), body: text(client.name, random) };
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 1_000)) {
    const outcome = await client.emit<Stored>('message:send', message);
    if (outcome.ok) return follow(sender, message, outcome);
    if (FINAL.includes(outcome.code)) return;
    await pause(random.between(waitMs / 2, waitMs));
  }
}

/** Now and then looks for it through another gateway, or sends it again. */
async function follow(
  { client, gateways, random }: Sender,
  message: { chatId: string; clientId: string },
  { data: { status, seq } }: Extract<Outcome<Stored>, { ok: true }>,
): Promise<void> {
  const { chatId, clientId } = message;
  if (status === 'stored' && random.chance(0.1)) {
    const path = `/v1/chats/${chatId}/messages?limit=1&after=${seq - 1}`;
    await client.call(random.pick(gateways), 'look', { chatId, clientId, seq }, 'GET', path);
  }
  if (random.chance(0.05)) await client.emit('message:send', message);
}

function text(name: string, random: Random): string {
  const length = random.chance(0.02) ? 600 : random.between(0, 60);
  return `${name}: ${Array.from({ length }, () => random.pick(SIGNS)).join('')}`;
}
