/** What is written in each conversation and not sent yet, here or on another device. */
import { signal } from '@preact/signals';
import type { Draft } from '../client/kept-drafts.js';
import type { Message } from '../client/shapes.js';
import { client, messagesIn } from './model.js';
import type { Shown } from './rows.js';

const drafts = signal(client.drafts.value);
client.drafts.subscribe(next => {
  drafts.value = next;
});

const NOTHING: Draft = { body: '', replyTo: null };

export const draftOf = (chatId: string): Draft => drafts.value[chatId] ?? NOTHING;

export function draft(chatId: string, part: Partial<Draft>): void {
  const { body, replyTo, answers } = draftOf(chatId);
  client.draft(chatId, { body, replyTo, answers, ...part });
}

/** The message that a draft answers, where it is known here. */
export const answeredBy = (chatId: string, { replyTo, answers }: Draft): Shown | undefined =>
  replyTo === null ? undefined : (messagesIn(chatId).find(({ id }) => id === replyTo) ?? answers);

/** Counts the times that somebody wanted to answer or to edit, so that the composer can take the focus each time. */
export const composing = signal(0);

export function answer(message: Message): void {
  draft(message.chatId, { replyTo: message.id, answers: message });
  composing.value += 1;
}
