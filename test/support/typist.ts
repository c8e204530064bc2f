/** Somebody who writes without pause and remembers what was acknowledged, for tests that end a process meanwhile. */
import { randomUUID } from 'node:crypto';
import type { Live } from './live.js';
import { send } from './people.js';
import type { Stored } from './shapes.js';

export interface Typist {
  readonly acknowledged: readonly Stored[];
  /** Sent, and never answered with ok: by clientId, the text. */
  readonly unanswered: ReadonlyMap<string, string>;
  /** No more messages; resolves when the ones under way are answered or given up. */
  stop(): Promise<void>;
  /** Resolves when writing has ended, also because the connection has or the server takes no more. */
  readonly ended: Promise<void>;
}

export function typist(live: Live, chatId: string, name: string, atOnce = 4): Typist {
  const acknowledged: Stored[] = [];
  const unanswered = new Map<string, string>();
  let count = 0;
  let stopped = false;
  const write = async () => {
    while (!stopped) {
      const clientId = randomUUID();
      const text = `${name} ${++count}`;
      unanswered.set(clientId, text);
      try {
        acknowledged.push(await send(live, chatId, text, clientId));
        unanswered.delete(clientId);
      } catch {
        stopped = true;
      }
    }
  };
  const ended = Promise.all(Array.from({ length: atOnce }, write)).then(() => {});
  return {
    acknowledged,
    unanswered,
    ended,
    stop: () => {
      stopped = true;
      return ended;
    },
  };
}
