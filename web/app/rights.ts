/** What the user may do with a message, as far as one can tell here: the server decides. */
import type { ChatState } from '../client/chat.js';
import type { Message } from '../client/shapes.js';
import type { Shown } from './rows.js';

export interface Rights {
  readonly edit: boolean;
  readonly delete: boolean;
  /** To take it out of one's own sight. */
  readonly hide: boolean;
  readonly forward: boolean;
  readonly react: boolean;
  readonly pin: boolean;
}

/** Whether the server takes changes of messages: it counts them then. */
export const countsChanges = ({ lastChange }: ChatState): boolean => lastChange !== undefined;

/** Only what is stored, and not deleted, can be answered. */
export const isAnswerable = (message: Shown): message is Message =>
  message.id !== undefined && message.seq !== undefined && message.deletedAt === undefined;

export function rightsTo(message: Shown, chat: ChatState): Rights {
  const { pending, deletedAt } = message;
  const role = chat.members[chat.userId]?.role;
  const manages = role === 'owner' || role === 'admin';
  const own = message.senderId === chat.userId && !deletedAt;
  const changes = countsChanges(chat) && !deletedAt;
  // What the server cannot have yet is changed here alone.
  const here = pending !== undefined && (!pending.tried || pending.state === 'failed');
  return {
    edit: own && (here || changes) && !pending?.forward && !message.forwardedFrom,
    delete: here || (changes && (own || manages)),
    // Also what is left of a message, unless its deletion is on its way and may be taken back.
    hide: countsChanges(chat) && message.seq !== undefined && (!deletedAt || message.deletedBy !== undefined),
    forward: changes && isAnswerable(message) && !chat.noForwards,
    react: changes && isAnswerable(message),
    pin: changes && isAnswerable(message) && (manages || chat.type === 'direct'),
  };
}
