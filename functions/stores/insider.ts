/**
 * An SQL relation: one row without columns where the user is in the chat, and none where they are not. What a statement
 * joins to it is read and answered at one moment, at which they are: who was asked before may be out by the time of reading.
 */
export const insider = (chatId: string, userId: string): string =>
  `(select from members where chat_id = ${chatId} and user_id = ${userId} and left_at is null limit 1)`;
