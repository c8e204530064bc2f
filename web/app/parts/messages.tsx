/**
 * The messages of a conversation. The list is scrolled from its end (`column-reverse`), so that what is loaded above
 * moves nothing, and what comes below moves nothing unless one is at the end.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { firstOf } from '../../client/history.js';
import { client, myId, state, typistsIn } from '../model.js';
import { attempt } from '../overlays.js';
import { type Row, rowsOf, shownOf } from '../rows.js';
import { dayOf } from '../time.js';
import { Bubble } from './bubble.js';
import { Down } from './icons.js';
import { useRoving } from './roving.js';
import { type MessageStatus, statusIn } from './status.js';
import { useReading } from './use-reading.js';

/** Pixels from the end within which one is taken to be at the end. */
const NEAR = 60;

export function Messages({ chat }: { readonly chat: ChatState }) {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const away = useSignal(false);
  /** Up to here was read when the conversation was opened; what is beyond is new for as long as it is open. */
  const readBefore = useRef(chat.unread > 0 ? chat.readSeq : undefined);
  const { messages } = chat.history;
  const pending = state.value.outbox.filter(({ chatId }) => chatId === chat.id);
  const rows = rowsOf(
    messages,
    pending.map(each => shownOf(each, myId.value)),
    readBefore.current,
  );
  const byId = new Map(messages.map(message => [message.id, message]));

  useRoving(list, 'last');
  useStillness(box, list);
  useOlder(chat, box);
  useReading(chat, box);

  const statusOf = ({ message }: Extract<Row, { is: 'message' }>): MessageStatus | undefined => {
    if (message.pending) return message.pending.state === 'failed' ? 'failed' : 'sending';
    return message.senderId === myId.value && message.seq !== undefined ? statusIn(chat, message.seq) : undefined;
  };
  const toEnd = () => box.current?.scrollTo({ top: 0 });
  const written = pending.at(-1)?.clientId;
  useEffect(toEnd, [written]);

  return (
    <div class="messages-frame">
      <div class="messages" ref={box} onScroll={event => (away.value = event.currentTarget.scrollTop < -NEAR)}>
        <ol ref={list} aria-label="Messages">
          {firstOf(chat.history) === 1 && <li class="beginning">The beginning of the conversation</li>}
          {rows.map(row =>
            row.is === 'message' ? (
              <Bubble
                key={row.key}
                message={row.message}
                first={row.first}
                last={row.last}
                group={chat.type === 'group'}
                status={statusOf(row)}
                answered={byId.get(row.message.replyTo ?? '')}
              />
            ) : row.is === 'day' ? (
              <li key={row.key} class="day">
                <span>{dayOf(row.at)}</span>
              </li>
            ) : (
              <li key={row.key} class="new">
                <span>New</span>
              </li>
            ),
          )}
          <Typists chatId={chat.id} />
        </ol>
      </div>
      {away.value && (
        <button
          type="button"
          class="to-end"
          onClick={toEnd}
          aria-label={chat.unread > 0 ? `To the end, ${chat.unread} unread` : 'To the end'}
        >
          <Down />
          {chat.unread > 0 && <span class="badge">{chat.unread}</span>}
        </button>
      )}
    </div>
  );
}

function Typists({ chatId }: { readonly chatId: string }) {
  const names = typistsIn(chatId);
  if (names.length === 0) return null;
  return (
    <li class="typists">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {names.join(', ')} {names.length > 1 ? 'are' : 'is'} typing
    </li>
  );
}

/** What comes below the last message moves nothing that one is looking at, except when one looks at the end. */
function useStillness(box: { current: HTMLElement | null }, list: { current: HTMLElement | null }): void {
  const before = useRef<{ element: HTMLElement; below: number } | undefined>(undefined);
  useLayoutEffect(() => {
    if (!box.current || !list.current) return;
    const { bottom } = list.current.getBoundingClientRect();
    const belowOf = (element: HTMLElement) => bottom - element.getBoundingClientRect().bottom;
    const known = before.current;
    if (known?.element.isConnected && box.current.scrollTop < -NEAR) {
      box.current.scrollTop -= belowOf(known.element) - known.below;
    }
    const element = [...list.current.querySelectorAll<HTMLElement>('.message')].at(-1);
    before.current = element && { element, below: belowOf(element) };
  });
}

/** Loads what is above when one comes near it. */
function useOlder({ id, history }: ChatState, box: { current: HTMLElement | null }): void {
  const first = firstOf(history);
  useEffect(() => {
    const top = box.current?.querySelector('li');
    if (first === 1 || !top) return;
    const seen = ([entry]: IntersectionObserverEntry[]) => entry?.isIntersecting && void attempt(client.older(id));
    const observer = new IntersectionObserver(seen, { root: box.current, rootMargin: '900px 0px 0px 0px' });
    observer.observe(top);
    return () => observer.disconnect();
  }, [id, first]);
}
