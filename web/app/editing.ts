/** The message of each conversation that is being edited, for as long as the page is there. */
import { effect, signal } from '@preact/signals';
import type { ChatState } from '../client/chat.js';
import { composing } from './drafts.js';
import { client, messagesIn, myId } from './model.js';
import { rightsTo } from './rights.js';
import type { Shown } from './rows.js';

interface Edit {
  readonly message: Shown;
  readonly text: string;
}

const edits = signal<Readonly<Record<string, Edit>>>({});

export const editIn = (chatId: string): Edit | undefined => edits.value[chatId];

export function edit(message: Shown, text = message.body): void {
  edits.value = { ...edits.value, [message.chatId]: { message, text } };
  composing.value += 1;
}

/** Edits the last message of one's own. Answers whether there is one that may be edited. */
export function editLast(chat: ChatState): boolean {
  const last = messagesIn(chat.id).findLast(message => rightsTo(message, chat).edit);
  if (last) edit(last);
  return last !== undefined;
}

export function rewrite({ message }: Edit, text: string): void {
  edits.value = { ...edits.value, [message.chatId]: { message, text } };
}

export function leaveEdit({ message: { chatId } }: Edit): void {
  const { [chatId]: _, ...others } = edits.value;
  edits.value = others;
}

/** The same words again change nothing. */
export function saveEdit(finished: Edit): void {
  const text = finished.text.trim();
  if (text !== finished.message.body) client.edit(finished.message, text);
  leaveEdit(finished);
}

effect(() => {
  void myId.value;
  edits.value = {};
});
