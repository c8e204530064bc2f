/** What users hide from themselves in the simulated database: in stretches, each change under the user's next number. */
import type { OwnState } from '#functions/domain/model.js';
import type { Stretch } from '#functions/ports/ownState.js';

interface Hidden extends Stretch {
  readonly rev: number;
}

export function createHiddenRows(lastSeqFor: (userId: string, chatId: string) => number | undefined) {
  const notes = new Map<string, number>();
  /** By user, then by chat. */
  const rows = new Map<string, Map<string, Hidden[]>>();
  const of = (userId: string, chatId: string): Hidden[] => rows.get(userId)?.get(chatId) ?? [];

  function put(userId: string, chatId: string, hidden: Hidden[]): void {
    const own = rows.get(userId) ?? new Map<string, Hidden[]>();
    rows.set(userId, own.set(chatId, hidden));
  }

  const hides = (userId: string, chatId: string, seq: number): boolean =>
    of(userId, chatId).some(({ from, to }) => from <= seq && seq <= to);

  /** With all that is hidden by its number. */
  function stateOf(userId: string, chatId: string): OwnState | undefined {
    const all = of(userId, chatId);
    if (all.length === 0) return undefined;
    const rev = Math.max(...all.map(each => each.rev));
    return { chatId, rev, hidden: all.filter(each => each.rev === rev).map(({ from, to }) => ({ from, to })) };
  }

  return {
    hides,
    stateOf,
    /** Who comes back into a chat is told it again: their notes went on meanwhile. */
    noteAgain(userId: string, chatId: string): void {
      const all = of(userId, chatId);
      if (all.length === 0) return;
      const rev = (notes.get(userId) ?? 0) + 1;
      notes.set(userId, rev);
      put(
        userId,
        chatId,
        all.map(each => ({ ...each, rev })),
      );
    },
    hide(userId: string, chatId: string, { from, to: wanted }: Stretch): OwnState | 'unknown' | undefined {
      const lastSeq = lastSeqFor(userId, chatId);
      if (lastSeq === undefined) return undefined;
      if (from > lastSeq) return 'unknown';
      const to = Math.min(wanted, lastSeq);
      const all = of(userId, chatId);
      const around = all.find(each => each.from <= from && each.to >= to);
      const answer = (stretch: Stretch): OwnState => {
        const own = stateOf(userId, chatId) as OwnState;
        const others = (own.hidden ?? []).filter(other => other.from !== stretch.from);
        return { ...own, hidden: [...others, { from: stretch.from, to: stretch.to }] };
      };
      if (around) return answer(around);
      const touched = all.filter(each => each.to >= from - 1 && each.from <= to + 1);
      const rev = (notes.get(userId) ?? 0) + 1;
      notes.set(userId, rev);
      const made = {
        from: Math.min(from, ...touched.map(each => each.from)),
        to: Math.max(to, ...touched.map(each => each.to)),
        rev,
      };
      put(userId, chatId, [...all.filter(each => !touched.includes(each)), made]);
      return answer(made);
    },
    since(userId: string, note: number): { note: number; chats: readonly OwnState[]; more: boolean } {
      const changed = [...(rows.get(userId) ?? [])].flatMap(([chatId, all]) => {
        const rev = Math.max(...all.map(each => each.rev));
        const hidden = all.filter(each => each.rev > note).map(({ from, to }) => ({ from, to }));
        return rev > note && lastSeqFor(userId, chatId) !== undefined ? [{ chatId, rev, hidden }] : [];
      });
      return { note: notes.get(userId) ?? 0, chats: changed.sort((a, b) => a.rev - b.rev), more: false };
    },
  };
}
