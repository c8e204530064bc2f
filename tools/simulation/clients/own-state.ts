/** What a user hides from themselves, as one of their devices knows it: by the notes that it has heard of. */
import type { OwnState } from '#functions/domain/model.js';

interface OwnChanges {
  readonly note: number;
  readonly chats: readonly OwnState[];
}

export interface OwnHidden {
  /** Everything up to this note is known. */
  note(): number;
  /** Of an answer that begins at the note that is held. */
  synced(changes: OwnChanges): void;
  /** False where it missed one. */
  heard(changes: OwnChanges): boolean;
  hides(chatId: string, seq: number): boolean;
}

export function createOwnHidden(): OwnHidden {
  const stretches = new Map<string, { readonly from: number; readonly to: number }[]>();
  let held = 0;

  function take({ chats }: OwnChanges): void {
    for (const { chatId, hidden = [] } of chats)
      stretches.set(chatId, [...(stretches.get(chatId) ?? []), ...hidden]);
  }

  return {
    note: () => held,
    synced(changes) {
      take(changes);
      held = Math.max(held, changes.note);
    },
    heard(changes) {
      take(changes);
      if (changes.note === held + 1) held = changes.note;
      return changes.note <= held;
    },
    hides: (chatId, seq) => (stretches.get(chatId) ?? []).some(({ from, to }) => from <= seq && seq <= to),
  };
}
