/** What is written in each conversation and not sent yet. It stays while one looks at others. */
import { signal } from '@preact/signals';
import type { Message } from '../client/shapes.js';

interface Draft {
  readonly text: string;
  /** The message that it answers. */
  readonly answers?: Message | undefined;
}

const drafts = signal<Readonly<Record<string, Draft>>>({});

export const draftOf = (chatId: string): Draft => drafts.value[chatId] ?? { text: '' };

export function draft(chatId: string, part: Partial<Draft>): void {
  drafts.value = { ...drafts.value, [chatId]: { ...draftOf(chatId), ...part } };
}

/** Counts the times that somebody wanted to answer, so that the composer can take the focus each time. */
export const answering = signal(0);

export function answer(message: Message): void {
  draft(message.chatId, { answers: message });
  answering.value += 1;
}
