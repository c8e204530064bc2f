/** Copies of a message on their way to other conversations: of each, whether it came there, or why it did not. */
import type { ChatState } from '../../client/chat.js';
import type { Pending } from '../../client/state.js';
import { isolated } from '../bidi.js';
import { connected } from '../connection.js';
import { client, state, titleOf } from '../model.js';
import { closeAbove } from '../route.js';
import { sentence } from '../words.js';
import { ChatAvatar } from './avatar.js';
import { Name } from './name.js';

export interface CopyTo {
  /** As it was when one chose it: one may not be in it any more. */
  readonly chat: ChatState;
  readonly clientId: string;
}

const copyOf = (clientId: string) => state.value.outbox.find(each => each.clientId === clientId);

/** The server has it for good: one that is only accepted may still be refused. */
export const isThere = (clientId: string): boolean => copyOf(clientId) === undefined;

/** What is not sent when one goes away stays in its conversation, and says why there. */
export const Copies = ({ copies }: { readonly copies: readonly CopyTo[] }) => (
  <>
    <ul class="copies" aria-label="Where it is forwarded to">
      {copies.map(each => (
        <li key={each.clientId}>
          <Copy {...each} />
        </li>
      ))}
    </ul>
    <button type="button" class="primary" onClick={() => closeAbove('dialog')}>
      Done
    </button>
  </>
);

function wordsOf(copy: Pending | undefined): string {
  if (!copy) return 'Forwarded';
  if (copy.state === 'failed') return sentence(copy.reason ?? 'it was not sent');
  return connected.value ? 'Being sent…' : 'Waits for the connection…';
}

function Copy({ chat, clientId }: CopyTo) {
  const copy = copyOf(clientId);
  const failed = copy?.state === 'failed';
  const title = titleOf(chat);
  return (
    <div class="person">
      <ChatAvatar chat={chat} />
      <span class="chat-title">
        <Name of={title} />
      </span>
      <span class={failed ? 'chat-last fault' : 'chat-last'} role={failed ? 'alert' : 'status'}>
        {wordsOf(copy)}
      </span>
      {failed && (
        <button
          type="button"
          class="link"
          aria-label={`Try again: ${isolated(title)}`}
          onClick={() => client.retry(clientId)}
        >
          Try again
        </button>
      )}
    </div>
  );
}
