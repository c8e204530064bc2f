/** Who is typing. One's own typing is told now and then while it lasts; that of others is believed for a while. */
import type { Clock } from './clock.js';
import type { Store } from './state.js';

export interface Typing {
  /** The user has typed something, or has stopped. */
  tell(chatId: string, active: boolean): void;
  heard(chatId: string, userId: string, active: boolean): void;
  close(): void;
}

export interface TypingOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly ask: (event: 'typing', data: { chatId: string; active: boolean }) => Promise<unknown>;
}

const AGAIN_MS = 3_000;
const PAUSE_MS = 5_000;
const BELIEVED_MS = 6_000;

export function createTyping({ clock, store, ask }: TypingOptions): Typing {
  /** When it was last told that the user types, by chat. */
  const told = new Map<string, number>();
  const timers = new Map<string, () => void>();

  function later(name: string, ms: number, run: () => void): void {
    timers.get(name)?.();
    timers.set(name, clock.later(ms, run));
  }
  const say = (chatId: string, active: boolean) => ask('typing', { chatId, active }).catch(() => undefined);

  function tell(chatId: string, active: boolean): void {
    const last = told.get(chatId);
    if (!active) {
      timers.get(chatId)?.();
      if (told.delete(chatId)) say(chatId, false);
      return;
    }
    later(chatId, PAUSE_MS, () => tell(chatId, false));
    if (last !== undefined && clock.now() - last < AGAIN_MS) return;
    told.set(chatId, clock.now());
    say(chatId, true);
  }

  function heard(chatId: string, userId: string, active: boolean): void {
    const name = `${chatId}/${userId}`;
    const before = store.state.typing[chatId] ?? [];
    timers.get(name)?.();
    if (active) later(name, BELIEVED_MS, () => heard(chatId, userId, false));
    if (before.includes(userId) === active) return;
    const now = active ? [...before, userId] : before.filter(id => id !== userId);
    store.change({ typing: { ...store.state.typing, [chatId]: now } });
  }

  return {
    tell,
    heard,
    close() {
      for (const cancel of timers.values()) cancel();
    },
  };
}
