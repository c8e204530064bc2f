/** Looks at each message that a device holds whenever it becomes another: it never goes back, and what was deleted says nothing. */
import type { Message } from '../../../web/client/shapes.js';
import type { Observations } from './observations.js';

export function createWatch(device: string, seen: Observations) {
  const held = new Map<string, Map<number, Message>>();
  return (chatId: string, messages: readonly Message[]): void => {
    const known = held.get(chatId) ?? new Map<number, Message>();
    held.set(chatId, known);
    // It holds less than it did: it was out of the chat meanwhile, and began anew.
    if (messages.length < known.size) known.clear();
    for (const message of messages) {
      const before = known.get(message.seq);
      if (before === message) continue;
      known.set(message.seq, message);
      if (!before) continue;
      const it = `${device} of ${message.seq} in ${chatId.slice(-4)}`;
      if (before.deletedAt !== undefined && message.deletedAt === undefined)
        seen.broken.add(`deleted: to ${it} speaks again`);
      else if ((message.rev ?? 0) < (before.rev ?? 0))
        seen.broken.add(`changed: what is held by ${it} went back from change ${before.rev} to ${message.rev}`);
    }
  };
}
