/**
 * Listens to everything that functions answer, emit and publish: what one says of a message, having begun after the
 * message was deleted, is a tombstone. What began before may still tell the message as it read it; clients go by `rev`.
 */
import type { Message } from '#functions/domain/model.js';
import type { AnyFunction } from '#runtime/contract/function.js';
import { on, type Service } from '#runtime/contract/service.js';
import type { World } from './world.js';

export const witnessed = (world: World, image: Service): Service => ({
  ...image,
  bindings: image.bindings.map(({ trigger, fn }) => on(trigger, heard(world, fn))),
});

function heard(world: World, fn: AnyFunction): AnyFunction {
  const { now } = world.scheduler;
  /** By the input: its second half says what its first half may have read. */
  const begun = new WeakMap<object, number>();
  const listening =
    (half: AnyHalf): AnyHalf =>
    async (context, input, ...rest) => {
      const began = begun.get(input) ?? now();
      begun.set(input, began);
      const outcome = await half(context, input, ...rest);
      for (const message of messagesIn(outcome)) {
        const gone = world.databaseServer.database.deletedAt(message.chatId, message.seq);
        if (gone !== undefined && gone < began && message.deletedAt === undefined) {
          const it = `${message.seq} in ${message.chatId.slice(-4)}`;
          world.outdated.add(`deleted: ${fn.name} says of ${it} what it was before its deletion`);
        }
      }
      return outcome;
    };
  const { handle, settle } = fn as { readonly handle: AnyHalf; readonly settle?: AnyHalf };
  return { ...fn, handle: listening(handle), ...(settle && { settle: listening(settle) }) } as AnyFunction;
}

type AnyHalf = (context: unknown, input: object, ...rest: readonly unknown[]) => unknown;

/** Adds everything in it that is a message with a place. */
function messagesIn(value: unknown, found: Message[] = []): readonly Message[] {
  if (typeof value !== 'object' || value === null) return found;
  if ('seq' in value && 'rev' in value && 'reactions' in value) found.push(value as Message);
  else for (const part of Object.values(value)) messagesIn(part, found);
  return found;
}
