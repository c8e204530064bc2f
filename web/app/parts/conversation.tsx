/** The middle: one conversation, or what stands there while none is open. */
import { useEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { firstOf } from '../../client/history.js';
import { attach } from '../attachments.js';
import { isolated } from '../bidi.js';
import { breakInWords, connection } from '../connection.js';
import { removedFrom } from '../membership.js';
import { openChatMenu, under } from '../menu.js';
import { client, isOnline, link, membersOf, otherIn, state, titleOf, typistsIn } from '../model.js';
import { attempt } from '../overlays.js';
import { quietInWords } from '../own.js';
import { back, go, hrefOf, route } from '../route.js';
import { ago } from '../time.js';
import { ChatAvatar } from './avatar.js';
import { Composer, thumbs } from './composer.js';
import { Back, BellOff, Info, Mark, More } from './icons.js';
import { Messages } from './messages.js';
import { Name } from './name.js';
import { Sign } from './sign.js';
import { Tool } from './tool.js';
import { useDrop } from './use-drop.js';

const ENOUGH = 30;

export function Conversation({ chat }: { readonly chat: ChatState }) {
  const title = titleOf(chat);
  const { details } = route.value;
  const quiet = quietInWords(chat.id);
  const { messages } = chat.history;
  // Also after a reconnection, and when the history had to begin anew.
  const lacks = !chat.complete || (messages.length < ENOUGH && firstOf(chat.history) > chat.history.begins);
  const online = link.value === 'online';
  const heading = useRef<HTMLHeadingElement>(null);
  const [over, drop] = useDrop(files => void attach(chat.id, files));
  // Where writing is not what one comes for first, the conversation itself is what one has arrived at.
  useEffect(() => {
    if (thumbs.matches) heading.current?.focus();
  }, [chat.id]);
  useEffect(() => {
    if (lacks && online) void attempt(client.open(chat.id));
  }, [chat.id, lacks, online]);

  return (
    <main class="conversation" aria-label={`Conversation: ${isolated(title)}`} {...drop}>
      <header>
        <a class="tool back" href={hrefOf()} data-back aria-label="Back to the conversations">
          <Back />
        </a>
        <ChatAvatar chat={chat} />
        <div class="heading">
          <h1 ref={heading} tabIndex={-1}>
            <Name of={title} />
            {quiet !== undefined && <Sign is={BellOff} label={quiet} />}
          </h1>
          <p>
            <Subtitle chat={chat} />
          </p>
        </div>
        <Tool
          label="More"
          icon={More}
          title="Pin, archive, mute"
          aria-haspopup="menu"
          onClick={event => openChatMenu(event.currentTarget, chat.id, under(event.currentTarget))}
        />
        <Tool
          label="Details"
          icon={Info}
          aria-expanded={details}
          onClick={() => (details ? void back(chat.id) : go(chat.id, true))}
        />
      </header>
      <Messages key={`${chat.id} ${chat.era}`} chat={chat} />
      <p class="broken" role="status">
        {breakInWords.value}
      </p>
      <Composer key={chat.id} chat={chat} />
      {over && <p class="drop">Drop files here to send them</p>}
    </main>
  );
}

function Subtitle({ chat }: { readonly chat: ChatState }) {
  // What was known of the others is old by now.
  if (connection.value) return <>{connection.value}</>;
  if (chat.type === 'direct') {
    const other = otherIn(chat);
    if (typistsIn(chat.id).length > 0) return <em>typing…</em>;
    const username = state.value.people[other]?.username;
    if (state.value.presence[other]) return <LastSeen userId={other} />;
    return username === undefined ? null : <>@{username}</>;
  }
  const here = Object.keys(chat.members).filter(isOnline).length;
  const count = membersOf(chat);
  return <>{here > 0 ? `${count}, ${here} online` : count}</>;
}

/** `short` where there is little room. Nothing of those whose presence is not one's business. */
export function LastSeen({ userId, short }: { readonly userId: string; readonly short?: boolean }) {
  const presence = state.value.presence[userId];
  if (!presence || link.value !== 'online') return null;
  if (presence.status === 'online') return <span class="online">online</span>;
  return <>{presence.lastSeenAt ? `${short ? '' : 'last '}seen ${ago(presence.lastSeenAt)}` : 'offline'}</>;
}

export function NoConversation({ chatId }: { readonly chatId: string | undefined }) {
  const removed = removedFrom.value[chatId ?? ''];
  const missing = chatId !== undefined && state.value.loaded;
  return (
    <main class="conversation none">
      <Mark />
      <p role="status">
        {removed !== undefined ? (
          <>
            You are no longer in <Name of={removed} />: somebody removed you, or you left on another device.
          </>
        ) : missing ? (
          'You are not in this conversation.'
        ) : (
          'Choose a conversation, or find somebody to write to.'
        )}
      </p>
      {(missing || removed !== undefined) && (
        <a href={hrefOf()} data-back>
          To your conversations
        </a>
      )}
    </main>
  );
}
