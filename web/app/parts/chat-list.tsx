/** The conversations, each with what was said last and how much of it is unread. */
import { useRef } from 'preact/hooks';
import { withPending } from '../../client/changes.js';
import type { ChatState } from '../../client/chat.js';
import { draftOf } from '../drafts.js';
import { chatMenu, longPress, openChatMenu, type Point, under } from '../menu.js';
import { myId, nameOf, state, titleOf, typistsIn } from '../model.js';
import { isPinned, mutedUntil, quietInWords } from '../own.js';
import { hrefOf } from '../route.js';
import { type Shown, shownOf } from '../rows.js';
import { inPassing } from '../summary.js';
import { shortTime } from '../time.js';
import { ChatAvatar } from './avatar.js';
import { BellOff, Pin } from './icons.js';
import { Name, Names } from './name.js';
import { GONE } from './quote.js';
import { useRoving } from './roving.js';
import { Sign } from './sign.js';
import { Status, statusIn, statusOf } from './status.js';

interface Props {
  readonly label: string;
  readonly chats: readonly ChatState[];
  readonly current: string | undefined;
}

export function ChatList({ label, chats, current }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useRoving(list);
  return (
    <ul class="chats" ref={list} aria-label={label}>
      {chats.map(chat => (
        <li key={chat.id}>
          <Row chat={chat} current={chat.id === current} />
        </li>
      ))}
    </ul>
  );
}

function Row({ chat, current }: { readonly chat: ChatState; readonly current: boolean }) {
  const title = titleOf(chat);
  const { unread, mentions } = chat;
  const muted = mutedUntil(chat.id);
  const quiet = quietInWords(chat.id);
  const pending = state.value.outbox.findLast(({ chatId }) => chatId === chat.id);
  const at = pending?.at ?? chat.lastMessage?.sentAt;
  const { body } = draftOf(chat.id);
  const draft = current || body.trim() === '' ? undefined : body;
  const row = useRef<HTMLAnchorElement>(null);
  const open = (at: Point) => row.current && openChatMenu(row.current, chat.id, at);
  return (
    <a
      class="chat"
      ref={row}
      href={hrefOf(chat.id)}
      aria-current={current ? 'page' : undefined}
      data-stop
      tabIndex={-1}
      onContextMenu={event => {
        event.preventDefault();
        // Of the keyboard's there is no place.
        open(event.clientX > 0 ? { x: event.clientX, y: event.clientY } : under(event.currentTarget));
      }}
      onClick={event => {
        // The finger that has opened the menu goes nowhere by going up.
        if (!chatMenu.value) return;
        event.preventDefault();
        event.stopPropagation();
      }}
      {...longPress(open, true)}
    >
      <ChatAvatar chat={chat} />
      <span class="chat-title">
        <Name of={title} />
        {quiet !== undefined && <Sign is={BellOff} label={quiet} />}
      </span>
      <span class="chat-time">
        {isPinned(chat.id) && <Sign is={Pin} label="Pinned" />}
        {draft === undefined && (pending ? <Status is={statusOf(pending)} /> : <LastStatus chat={chat} />)}
        {at && <time dateTime={at}>{shortTime(at)}</time>}
      </span>
      <span class="chat-last">{draft === undefined ? <Last chat={chat} /> : <Said who="Draft" body={draft} />}</span>
      {unread > 0 && (
        <span class="badges">
          {mentions > 0 && (
            <span class="badge">
              <span aria-hidden="true">@</span>
              <span class="unseen">{mentions === 1 ? 'You are mentioned' : `You are mentioned ${mentions} times`}</span>
            </span>
          )}
          <span class={muted === undefined ? 'badge' : 'badge quiet'}>
            {unread > 999 ? '999+' : unread}
            <span class="unseen"> unread</span>
          </span>
        </span>
      )}
    </a>
  );
}

function LastStatus({ chat }: { readonly chat: ChatState }) {
  const last = newestIn(chat);
  return last?.seq && last.senderId === myId.value && !last.deletedAt ? <Status is={statusIn(chat, last.seq)} /> : null;
}

/** What was said last, as the user wants it to be; what one is sending is the newest. */
function newestIn({ id, userId, lastMessage }: ChatState): Shown | undefined {
  const { outbox, changes, uploads } = state.value;
  const pending = outbox.findLast(({ chatId }) => chatId === id);
  const newest = pending ? shownOf(pending, userId, uploads) : lastMessage;
  return newest ? withPending<Shown>(newest, changes) : undefined;
}

function Last({ chat }: { readonly chat: ChatState }) {
  const typists = typistsIn(chat.id);
  if (typists.length > 0) {
    return (
      <em class="typing-word">
        {chat.type === 'direct' ? null : (
          <>
            <Names of={typists} />{' '}
          </>
        )}
        typing…
      </em>
    );
  }
  const last = newestIn(chat);
  if (!last) return <em>{chat.type === 'group' ? 'A new group' : 'Say hello'}</em>;
  if (last.deletedAt) return <em>{GONE}</em>;
  const mine = last.senderId === myId.value;
  const who = mine ? 'You' : chat.type === 'group' ? nameOf(last.senderId) : undefined;
  return <Said who={who} body={inPassing(last)} />;
}

/** Each in its own direction. */
const Said = ({ who, body }: { readonly who: string | undefined; readonly body: string }) => (
  <>
    {who !== undefined && (
      <>
        <Name of={who} />:{' '}
      </>
    )}
    <bdi>{body}</bdi>
  </>
);
