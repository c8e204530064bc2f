/** To the first unread message where it is above what is in view, and to the newest where that is below. */
import type { ChatState } from '../../client/chat.js';
import { client } from '../model.js';
import { Check, Down, Up } from './icons.js';
import { Tool } from './tool.js';
import type { Jumps } from './use-jumps.js';
import type { Window } from './use-window.js';

interface Props {
  readonly chat: ChatState;
  readonly view: Window['view'];
  readonly jumps: Jumps;
}

export function JumpButtons({ chat, view, jumps }: Props) {
  const { unread, readSeq, lastSeq } = chat;
  const { atEnd, first, last } = view.value;
  const above = unread > 0 && first > readSeq + 1;
  const below = Math.min(unread, Math.max(0, lastSeq - Math.max(readSeq, last)));
  return (
    <>
      {above && (
        <div class="to-unread">
          <button type="button" class="link" onClick={jumps.toUnread} aria-label={`To the first of ${unread} unread`}>
            <Up />
            {unread} unread
          </button>
          <Tool label="Mark all as read" icon={Check} onClick={() => client.read(chat.id, lastSeq)} />
        </div>
      )}
      {!atEnd && (
        <button
          type="button"
          class="to-end"
          onClick={jumps.toEnd}
          aria-label={below > 0 ? `To the newest, ${below} unread` : 'To the newest'}
          title="To the newest"
        >
          <Down />
          {below > 0 && <span class="badge">{below}</span>}
        </button>
      )}
      <p class="searching" role="status">
        {jumps.searching && 'Looking for it…'}
      </p>
    </>
  );
}
