/** The parts of a client that keep one chat true, at a server that answers as late as `wait` says. */
import { withChange, withMessages } from '../../../web/client/arrivals.js';
import { createCatchUp } from '../../../web/client/catch-up.js';
import { described } from '../../../web/client/described.js';
import { BOUNDS } from '../../../web/client/near.js';
import { createPages } from '../../../web/client/pages.js';
import type { Changed, Message } from '../../../web/client/shapes.js';
import { createStore } from '../../../web/client/state.js';
import { mayMention } from '../../../web/client/unread.js';
import { readUpTo } from '../../../web/client/watermarks.js';
import { createWire } from '../../../web/client/wire.js';
import { fakeClock } from './fake-clock.js';
import { NO_OWN } from './messages.js';
import type { Table } from './table.js';

export function reader(server: Table, wait: () => number, page = server.page, bounds = BOUNDS) {
  const clock = fakeClock();
  const store = createStore();
  const wire = createWire(clock);
  store.change({ link: 'online', chats: new Map([['chat', described(server.listed(), 'ann')]]) });
  let setBack = 0;
  const after = (ms: number) => new Promise<void>(done => clock.later(ms, done));
  const arrived = (chatId: string, messages: readonly Message[]) =>
    store.changeChat(chatId, each => withMessages(each, messages));
  /** One after the other, as the messenger does. */
  let loading = Promise.resolve();
  const load = (): void => {
    loading = loading.then(async () => {
      const found = server.listed();
      await after(wait());
      store.changeChat('chat', each => described(found, 'ann', each));
    });
  };
  const catchUp = createCatchUp({
    ...{ clock, store, wire, own: NO_OWN, arrived, discovered: () => load(), stuck: () => {} },
    restart: () => {
      setBack += 1;
    },
    ask: async (_event, data) => {
      const { cursors } = data as { cursors: Record<string, number | { seq: number; change: number }> };
      const synced = server.sync(cursors.chat!, 3);
      await after(wait());
      return { chats: [synced], unknown: [] };
    },
  });
  const pages = createPages({
    ...{ store, bounds, keep: 'near', came: catchUp.soon },
    fetch: async (_chatId, place, limit) => {
      const found = page(place, limit);
      if (wait() > 0) await after(wait());
      return found;
    },
  });
  const held = () => store.state.chats.get('chat')!;
  return {
    ...{ clock, catchUp, pages, held, setBack: () => setBack },
    hear(news: Message | Changed): void {
      const before = held();
      store.changeChat('chat', each => ('kind' in news ? withChange(each, news) : withMessages(each, [news])));
      if ('kind' in news && mayMention(before, [news.message])) load();
    },
    read(seq: number): void {
      server.read(seq);
      store.changeChat('chat', each => readUpTo(each, seq));
    },
    listed: () => {
      store.changeChat('chat', each => described(server.listed(), 'ann', each));
    },
  };
}
