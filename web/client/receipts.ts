/** Tells the server how far messages were delivered and read. Watermarks: of a moment's many, the highest one goes. */
import type { Clock } from './clock.js';
import { Refusal } from './refusal.js';

export interface Receipts {
  report(kind: 'delivered' | 'read', chatId: string, seq: number): void;
  /** What was told of this chat does not count any more. */
  forget(chatId: string): void;
  /** Tells what could not be told; called whenever the connection has come. */
  flush(): void;
  close(): void;
}

export interface ReceiptsOptions {
  readonly clock: Clock;
  readonly online: () => boolean;
  readonly ask: (event: string, data: { chatId: string; seq: number }) => Promise<unknown>;
}

const GATHER_MS = 250;
const RETRY_MS = 5_000;

export function createReceipts({ clock, online, ask }: ReceiptsOptions): Receipts {
  /** By event and chat: the highest seq reported, and the highest one told. */
  const marks = new Map<string, { event: string; chatId: string; seq: number; told: number }>();
  let cancel: (() => void) | undefined;

  function soon(ms: number): void {
    cancel ??= clock.later(ms, flush);
  }

  function flush(): void {
    cancel?.();
    cancel = undefined;
    if (!online()) return;
    for (const mark of marks.values()) {
      const { event, chatId, seq, told } = mark;
      if (seq <= told) continue;
      mark.told = seq;
      ask(event, { chatId, seq }).catch(thrown => {
        if (!Refusal.from(thrown).passes) return;
        mark.told = told;
        soon(RETRY_MS);
      });
    }
  }

  return {
    report(kind, chatId, seq) {
      const event = `message:${kind}`;
      const key = `${event}/${chatId}`;
      const mark = marks.get(key) ?? { event, chatId, seq: 0, told: 0 };
      marks.set(key, mark);
      if (seq <= mark.seq) return;
      mark.seq = seq;
      soon(GATHER_MS);
    },
    forget(chatId) {
      for (const [key, mark] of marks) if (mark.chatId === chatId) marks.delete(key);
    },
    flush,
    close: () => cancel?.(),
  };
}
