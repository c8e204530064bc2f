/** The right side: who is in the conversation, and what one may do about it. */
import { useSignal } from '@preact/signals';
import type { ChatState } from '../../client/chat.js';
import { isolated } from '../bidi.js';
import { client, myId, otherIn, state, titleOf } from '../model.js';
import { hrefOf } from '../route.js';
import { ChatAvatar } from './avatar.js';
import { LastSeen } from './conversation.js';
import { Field } from './field.js';
import { Close, Pencil } from './icons.js';
import { Members } from './members.js';
import { Name } from './name.js';
import { Tool } from './tool.js';
import { useForm } from './use-form.js';

export function Details({ chat }: { readonly chat: ChatState }) {
  const title = titleOf(chat);
  const group = chat.type === 'group';
  const role = chat.members[myId.value]?.role;
  const mayManage = group && (role === 'owner' || role === 'admin');
  return (
    <aside class="details" aria-label={`Details: ${isolated(title)}`}>
      <header>
        <h2>Details</h2>
        <a class="tool" href={hrefOf(chat.id)} data-back aria-label="Close the details">
          <Close />
        </a>
      </header>
      <div class="scroll">
        <div class="portrait">
          <ChatAvatar chat={chat} size="large" />
          {mayManage ? (
            <Title chat={chat} />
          ) : (
            <h3>
              <Name of={title} />
            </h3>
          )}
          {!group && <Somebody userId={otherIn(chat)} />}
        </div>
        {group && <Members chat={chat} mayManage={mayManage} />}
      </div>
    </aside>
  );
}

function Somebody({ userId }: { readonly userId: string }) {
  const person = state.value.people[userId];
  return (
    <>
      {person && <p>@{person.username}</p>}
      <p>
        <LastSeen userId={userId} />
      </p>
    </>
  );
}

function Title({ chat }: { readonly chat: ChatState }) {
  const editing = useSignal(false);
  const form = useForm(['title'], async ({ title }) => {
    if (title !== '') await client.retitle(chat.id, title);
    editing.value = false;
  });
  if (!editing.value) {
    return (
      <h3>
        <Name of={titleOf(chat)} />
        <Tool label="Rename the group" icon={Pencil} title="Rename" onClick={() => (editing.value = true)} />
      </h3>
    );
  }
  return (
    <form class="inline" onSubmit={form.onSubmit}>
      <Field
        label="Name of the group"
        name="title"
        dir="auto"
        defaultValue={chat.title ?? ''}
        autofocus
        fault={form.faultAt('title') ?? form.fault}
      />
      <button type="submit" class="link" disabled={form.busy}>
        Save
      </button>
    </form>
  );
}
