/** What a user hides from themselves, as a device knows it: by notes, which are dense like the changes of a chat. */
import type { OwnNews, Synced } from '#support/shapes.js';

export function createOwnReplica() {
  const hidden = new Map<string, { readonly from: number; readonly to: number }[]>();
  let note = 0;

  function add({ chats }: OwnNews): void {
    for (const { chatId, hidden: stretches = [] } of chats) {
      hidden.set(chatId, [...(hidden.get(chatId) ?? []), ...stretches]);
    }
  }

  return {
    get note() {
      return note;
    },
    /** Answers whether notes before it are missing. */
    hear(news: OwnNews): boolean {
      add(news);
      if (news.note === note + 1) note = news.note;
      return news.note > note;
    },
    /** Answers whether there are more. */
    take(me: NonNullable<Synced['me']>): boolean {
      add(me);
      note = Math.max(note, me.note);
      return me.more;
    },
    hides: (chatId: string, seq: number): boolean =>
      hidden.get(chatId)?.some(({ from, to }) => from <= seq && seq <= to) ?? false,
  };
}
