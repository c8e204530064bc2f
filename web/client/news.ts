/** What the server says by itself, and what it makes of the state. */
import { isBehind } from './chat.js';
import type { Own } from './own-state.js';
import type { People } from './people.js';
import type { Changed, Chat, Message, OwnNews, Presence, Receipt } from './shapes.js';
import type { Store } from './state.js';
import type { Typing } from './typing.js';
import { guessesUnread } from './unread.js';
import { readUpTo, withMember, withoutMember, withReceipt } from './watermarks.js';

export interface NewsOptions {
  readonly userId: string;
  readonly store: Store;
  readonly people: Pick<People, 'present' | 'meet'>;
  readonly typing: Pick<Typing, 'heard'>;
  readonly own: Pick<Own, 'heard' | 'behind'>;
  /** A chat as the server sees it now. */
  readonly describe: (chat: Chat) => void;
  readonly arrived: (chatId: string, messages: readonly Message[]) => void;
  readonly changed: (changed: Changed) => void;
  /** News of a chat that is not there, or not as it was: it is to be loaded. */
  readonly load: (chatId: string) => void;
  /** Something is missing. */
  readonly behind: () => void;
}

interface Membership {
  readonly chatId: string;
  readonly userId: string;
}

/** Events that this version does not know are ignored. */
export function createNews(options: NewsOptions): (event: string, data: unknown) => void {
  const { userId, store, people, typing, describe } = options;

  function known(chatId: string): boolean {
    if (store.state.chats.has(chatId)) return true;
    if (store.state.loaded) options.load(chatId);
    return false;
  }

  function receipt(kind: 'read' | 'delivered', mark: Receipt): void {
    if (!known(mark.chatId)) return;
    const before = store.state.chats.get(mark.chatId)?.readSeq;
    store.changeChat(mark.chatId, chat => {
      const moved = withReceipt(chat, kind, mark);
      return kind === 'read' && mark.userId === userId ? readUpTo(moved, mark.seq) : moved;
    });
    check(mark.chatId);
    const after = store.state.chats.get(mark.chatId);
    if (after && after.readSeq !== before && guessesUnread(after)) options.load(mark.chatId);
  }

  function check(chatId: string): void {
    const chat = store.state.chats.get(chatId);
    if (chat && isBehind(chat)) options.behind();
  }

  const handlers: Readonly<Record<string, (data: never) => void>> = {
    'message:new': (message: Message) => {
      typing.heard(message.chatId, message.senderId, false);
      if (known(message.chatId)) options.arrived(message.chatId, [message]);
    },
    'message:changed': (changed: Changed) => {
      if (known(changed.chatId)) options.changed(changed);
    },
    'me:changed': (changed: OwnNews) => {
      options.own.heard(changed);
      if (options.own.behind) options.behind();
    },
    'receipt:read': (mark: Receipt) => receipt('read', mark),
    'receipt:delivered': (mark: Receipt) => receipt('delivered', mark),
    'presence:changed': (presence: Presence) => people.present(presence),
    typing: ({ chatId, userId: who, active }: Membership & { active: boolean }) => typing.heard(chatId, who, active),
    'chat:created': describe,
    'chat:updated': describe,
    'chat:member-added': ({ chatId, userId: who }: Membership) => {
      if (!known(chatId)) return;
      store.changeChat(chatId, chat => withMember(chat, who));
      people.meet([who]);
    },
    'chat:member-removed': ({ chatId, userId: who }: Membership) =>
      store.changeChat(chatId, chat => (who === userId ? undefined : withoutMember(chat, who))),
  };
  return (event, data) => {
    if (Object.hasOwn(handlers, event)) handlers[event]?.(data as never);
  };
}
