/**
 * The messages of a conversation. The list is scrolled from its end (`column-reverse`), so that what is loaded above
 * moves nothing, and what comes below moves nothing unless one is at the end.
 */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { firstOf } from '../../client/history.js';
import { myId, state, typistsIn } from '../model.js';
import { isSame, type Row, rowsOf, shownIn } from '../rows.js';
import { dayOf } from '../time.js';
import { Bubble } from './bubble.js';
import { JumpButtons } from './jump-buttons.js';
import { MessageMenu } from './message-menu.js';
import { Names } from './name.js';
import { PinBar } from './pin-bar.js';
import { useRoving } from './roving.js';
import { type MessageStatus, statusIn, statusOf } from './status.js';
import { useJumps } from './use-jumps.js';
import { useOlder } from './use-older.js';
import { useOpening } from './use-opening.js';
import { useNewestPin } from './use-pins.js';
import { useReading } from './use-reading.js';
import { useStillness } from './use-stillness.js';
import { useView } from './use-view.js';

export function Messages({ chat }: { readonly chat: ChatState }) {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const { messages } = chat.history;
  const shown = shownIn(chat, state.value);
  const view = useView(box, messages);
  const { placed, ready, newAfter } = useOpening(chat, box, view.atEnd);
  useLayoutEffect(view.look, [ready]);
  const rows = ready ? rowsOf(shown, newAfter) : [];
  const byId = new Map(shown.map(message => [message.id ?? '', message]));
  const jumps = useJumps(chat, box, shown.findLast(({ pending }) => pending)?.clientId);
  const pinned = useNewestPin(chat, shown);
  const changes = state.value.changes.filter(({ chatId }) => chatId === chat.id);

  useRoving(list, 'last');
  useStillness(box, list);
  useOlder(chat, box);
  useReading(chat, box, placed);

  const statusAt = ({ message }: Extract<Row, { is: 'message' }>): MessageStatus | undefined => {
    if (message.deletedAt) return undefined;
    if (message.pending) return statusOf(message.pending);
    return message.senderId === myId.value && message.seq !== undefined ? statusIn(chat, message.seq) : undefined;
  };

  return (
    <>
      {pinned && <PinBar message={pinned} onClick={() => pinned.id && void jumps.toMessage(pinned.id)} />}
      <div class="messages-frame" data-placed={placed} aria-busy={!placed || jumps.searching}>
        <div class="messages" ref={box} onScroll={view.look}>
          <ol ref={list} aria-label="Messages">
            {firstOf(chat.history) === chat.history.begins && (
              <li class="beginning">The beginning of the conversation</li>
            )}
            {rows.map(row =>
              row.is === 'message' ? (
                <Bubble
                  key={row.key}
                  message={row.message}
                  first={row.first}
                  last={row.last}
                  chat={chat}
                  status={statusAt(row)}
                  answered={byId.get(row.message.replyTo ?? '')}
                  changes={changes.filter(each => isSame(each, row.message))}
                  marked={row.message.id !== undefined && row.message.id === jumps.marked}
                  onQuote={jumps.toMessage}
                />
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
            <Typists chatId={chat.id} />
          </ol>
        </div>
        <MessageMenu chat={chat} messages={shown} />
        <JumpButtons chat={chat} view={view} jumps={jumps} />
      </div>
    </>
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
      <span>
        <Names of={names} /> {names.length > 1 ? 'are' : 'is'} typing
      </span>
    </li>
  );
}
