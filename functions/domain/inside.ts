/** Answers about a chat, for who is in it by the statement that read them. */
import { Failure } from 'function-runtime';
import type { Chat } from './model.js';

/** What everybody is told who is not in the chat, before their question or by the time that it is answered. */
export const outside = (): Failure => new Failure('forbidden', 'you are not in this chat');

/** The same of a person's presence. */
export const unacquainted = (): Failure =>
  new Failure('forbidden', 'you share no group with this user, and no direct chat in which they have written');

/** The chat, read with its members. Throws Failure `forbidden` where the user is none of them. */
export function insideOf(chat: Chat, userId: string): Chat {
  if (chat.members?.some(member => member.userId === userId)) return chat;
  throw outside();
}
