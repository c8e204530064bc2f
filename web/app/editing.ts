/** The message of each conversation that is being edited, for as long as the page is there. */
import { effect, signal } from '@preact/signals';
import type { ChatState } from '../client/chat.js';
import type { Entity, Message } from '../client/shapes.js';
import { composing } from './drafts.js';
import { entitiesWith, givenIn, moved } from './formatting.js';
import { client, messagesIn, myId } from './model.js';
import { rightsTo } from './rights.js';
import type { Shown } from './rows.js';

interface Edit {
  readonly message: Shown;
  readonly text: string;
  /** What of its formatting somebody has given, where it is in the text now. */
  readonly given: readonly Entity[];
}

const edits = signal<Readonly<Record<string, Edit>>>({});

export const editIn = (chatId: string): Edit | undefined => edits.value[chatId];

/** As it is, or as it was wanted before. */
export function edit(message: Shown, { body, entities }: Pick<Message, 'body' | 'entities'> = message): void {
  put({ message, text: body, given: givenIn(body, entities) });
  composing.value += 1;
}

function put(next: Edit): void {
  edits.value = { ...edits.value, [next.message.chatId]: next };
}

/** Edits the last message of one's own. Answers whether there is one that may be edited. */
export function editLast(chat: ChatState): boolean {
  const last = messagesIn(chat.id).findLast(message => rightsTo(message, chat).edit);
  if (last) edit(last);
  return last !== undefined;
}

export const rewrite = ({ message, text: before, given }: Edit, text: string): void =>
  put({ message, text, given: moved(given, before, text) });

export function leaveEdit({ message: { chatId } }: Edit): void {
  const { [chatId]: _, ...others } = edits.value;
  edits.value = others;
}

/** The same words again change nothing. */
export function saveEdit(finished: Edit): void {
  const { message } = finished;
  const [ends, text] = [finished.text.trimEnd(), finished.text.trim()];
  const given = moved(moved(finished.given, finished.text, ends), ends, text);
  if (text !== message.body) client.edit(message, text, entitiesWith(given, text));
  leaveEdit(finished);
}

effect(() => {
  void myId.value;
  edits.value = {};
});
