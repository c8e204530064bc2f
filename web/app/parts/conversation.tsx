/** The middle: one conversation, or what stands there while none is open. */
import { useEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { firstOf } from '../../client/history.js';
import { client, isOnline, link, membersOf, otherIn, state, titleOf, typistsIn } from '../model.js';
import { attempt } from '../overlays.js';
import { go, hrefOf, route } from '../route.js';
import { ago } from '../time.js';
import { ChatAvatar } from './avatar.js';
import { Composer, thumbs } from './composer.js';
import { Back, Info, Mark } from './icons.js';
import { Messages } from './messages.js';
import { Tool } from './tool.js';

const ENOUGH = 30;

export function Conversation({ chat }: { readonly chat: ChatState }) {
  const title = titleOf(chat);
  const { details } = route.value;
  const { messages } = chat.history;
  // Also after a reconnection, and when the history had to begin anew.
  const lacks = !chat.complete || (messages.length < ENOUGH && firstOf(chat.history) > 1);
  const online = link.value === 'online';
  const heading = useRef<HTMLHeadingElement>(null);
  // Where writing is not what one comes for first, the conversation itself is what one has arrived at.
  useEffect(() => {
    if (thumbs.matches) heading.current?.focus();
  }, [chat.id]);
  useEffect(() => {
    if (lacks && online) void attempt(client.open(chat.id));
  }, [chat.id, lacks, online]);

  return (
    <main class="conversation" aria-label={`Conversation: ${title}`}>
      <header>
        <a class="tool back" href={hrefOf()} aria-label="Back to the conversations">
          <Back />
        </a>
        <ChatAvatar chat={chat} />
        <div class="heading">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <p>
            <Subtitle chat={chat} />
          </p>
        </div>
        <Tool label="Details" icon={Info} aria-expanded={details} onClick={() => go(chat.id, !details)} />
      </header>
      <Messages key={chat.id} chat={chat} />
      <Composer chatId={chat.id} title={title} />
    </main>
  );
}

function Subtitle({ chat }: { readonly chat: ChatState }) {
  // What was known of the others is old by now.
  if (link.value !== 'online') return <>Connecting…</>;
  if (chat.type === 'direct') {
    return typistsIn(chat.id).length > 0 ? <em>typing…</em> : <LastSeen userId={otherIn(chat)} />;
  }
  const here = Object.keys(chat.members).filter(isOnline).length;
  const count = membersOf(chat);
  return <>{here > 0 ? `${count}, ${here} online` : count}</>;
}

/** `short` where there is little room. */
export function LastSeen({ userId, short }: { readonly userId: string; readonly short?: boolean }) {
  const presence = state.value.presence[userId];
  if (presence?.status === 'online') return <span class="online">online</span>;
  return <>{presence?.lastSeenAt ? `${short ? '' : 'last '}seen ${ago(presence.lastSeenAt)}` : 'offline'}</>;
}

export const NoConversation = ({ missing }: { readonly missing: boolean }) => (
  <main class="conversation none">
    <Mark />
    <p>{missing ? 'You are not in this conversation.' : 'Choose a conversation, or find somebody to write to.'}</p>
    {missing && <a href={hrefOf()}>To your conversations</a>}
  </main>
);
