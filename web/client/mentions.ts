/** Whom a message mentions. */
import type { Message } from './shapes.js';

const EVERYBODY = '@all';

type Said = Pick<Message, 'body' | 'entities' | 'senderId' | 'deletedAt' | 'forwardedFrom'>;

/** A copy mentions nobody, nor does anybody themselves. */
export function mentionsUser(message: Said, userId: string): boolean {
  const { entities, body, senderId, deletedAt, forwardedFrom } = message;
  if (!entities || senderId === userId || deletedAt !== undefined || forwardedFrom) return false;
  return entities.some(
    ({ type, offset, length, userId: meant }) =>
      type === 'mention' &&
      (meant ?? body.slice(offset, offset + length).toLowerCase()) === (meant ? userId : EVERYBODY),
  );
}
