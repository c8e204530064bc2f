/** The messages of a conversation, as many of them as are near to what one looks at: see `use-window.ts`. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import type { PendingChange } from '../../client/state.js';
import { myId, state, typistsIn } from '../model.js';
import { countsChanges } from '../rights.js';
import { isSame, type Row, rowsOf } from '../rows.js';
import { dayOf } from '../time.js';
import { Bubble } from './bubble.js';
import { JumpButtons } from './jump-buttons.js';
import { MessageMenu } from './message-menu.js';
import { Names } from './name.js';
import { PinBar } from './pin-bar.js';
import { useRoving } from './roving.js';
import { type MessageStatus, statusIn, statusOf } from './status.js';
import { useJumps } from './use-jumps.js';
import { useListKeys } from './use-list-keys.js';
import { useOpening } from './use-opening.js';
import { useNewestPin } from './use-pins.js';
import { useReading } from './use-reading.js';
import { useStable } from './use-stable.js';
import { useWindow } from './use-window.js';
import { visibleIn } from './visible.js';

type MessageRow = Extract<Row, { is: 'message' }>;
const NONE: readonly PendingChange[] = [];

export function Messages({ chat }: { readonly chat: ChatState }) {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const window = useWindow(chat, { box, list });
  const { all, places, begins, ends } = window;
  const { placed, ready, newAfter } = useOpening(chat, window);
  window.onLook(useReading(chat, box, placed));
  const rows = ready ? rowsOf(all, newAfter, places) : [];
  const byId = new Map(all.map(message => [message.id ?? '', message]));
  const jumps = useJumps(chat, window, all.findLast(({ pending }) => pending)?.clientId);
  const pinned = useNewestPin(chat);
  const changes = state.value.changes.filter(({ chatId }) => chatId === chat.id);

  useRoving(list, () => lastVisible(box.current));
  useListKeys(chat, { box, list }, window);
  useNumbers(list, chat);

  const onQuote = useStable(
    (id: string, before?: number) => void jumps.toMessage({ id, before: before ?? chat.lastSeq + 1 }),
  );

  const statusAt = ({ message }: MessageRow): MessageStatus | undefined => {
    if (message.deletedAt) return undefined;
    if (message.pending) return statusOf(message.pending);
    return message.senderId === myId.value && message.seq !== undefined ? statusIn(chat, message.seq) : undefined;
  };

  function propsOf(row: MessageRow) {
    const { message, first, last } = row;
    const { seq } = message;
    return {
      ...{ message, first, last, status: statusAt(row), onQuote },
      ...{ group: chat.type === 'group', changeable: countsChanges(chat) },
      answered: byId.get(message.replyTo ?? ''),
      changes: changes.length === 0 ? NONE : changes.filter(each => isSame(each, message)),
      marked: seq !== undefined && seq === jumps.marked,
    };
  }

  return (
    <>
      {pinned?.seq !== undefined && (
        <PinBar message={pinned} onClick={() => void jumps.toMessage({ seq: pinned.seq ?? 0 })} />
      )}
      <div class="messages-frame" data-placed={placed} aria-busy={!placed || jumps.searching}>
        <div class="messages" ref={box}>
          <ol ref={list} aria-label="Messages" tabIndex={-1}>
            {begins && <li class="beginning">The beginning of the conversation</li>}
            {rows.map(row =>
              row.is === 'message' ? (
                <Bubble key={row.key} {...propsOf(row)} />
              ) : row.is === 'day' ? (
                <li key={row.key} class="day">
                  <span>{dayOf(row.at)}</span>
                </li>
              ) : (
                <li key={row.key} class="new">
                  <span>Unread</span>
                </li>
              ),
            )}
            {ends && <Typists chatId={chat.id} />}
          </ol>
        </div>
        <MessageMenu chat={chat} messages={all} />
        <JumpButtons chat={chat} view={window.view} jumps={jumps} />
      </div>
    </>
  );
}

function lastVisible(box: HTMLElement | null): HTMLElement | undefined {
  if (!box) return undefined;
  const { rows, last } = visibleIn(box);
  return rows[last] ?? rows.at(-1);
}

/** Which of how many messages each one is, for those who are told of it instead of seeing it: not all are in the page. */
function useNumbers(list: { readonly current: HTMLElement | null }, { history, lastSeq }: ChatState): void {
  useLayoutEffect(() => {
    const size = String(lastSeq - history.begins + 1);
    for (const row of list.current?.querySelectorAll<HTMLElement>('[data-seq]') ?? []) {
      if (row.getAttribute('aria-setsize') === size) continue;
      row.setAttribute('aria-setsize', size);
      row.setAttribute('aria-posinset', String(Number(row.dataset.seq) - history.begins + 1));
    }
  });
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
      <span>
        <Names of={names} /> {names.length > 1 ? 'are' : 'is'} typing
      </span>
    </li>
  );
}
