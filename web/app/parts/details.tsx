/** The right side: who is in the conversation, and what one may do about it. */
import { useSignal } from '@preact/signals';
import type { ChatMember, ChatState } from '../../client/chat.js';
import type { Role } from '../../client/shapes.js';
import { client, membersOf, myId, nameOf, otherIn, state, titleOf } from '../model.js';
import { attempt, dialog } from '../overlays.js';
import { go, hrefOf } from '../route.js';
import { Avatar, ChatAvatar } from './avatar.js';
import { Confirm } from './confirm.js';
import { LastSeen } from './conversation.js';
import { AddPerson, Close, Pencil } from './icons.js';
import { Tool } from './tool.js';

export function Details({ chat }: { readonly chat: ChatState }) {
  const title = titleOf(chat);
  const group = chat.type === 'group';
  const mayManage = group && chat.members[myId.value]?.role !== 'member';
  return (
    <aside class="details" aria-label={`Details: ${title}`}>
      <header>
        <h2>Details</h2>
        <a class="tool" href={hrefOf(chat.id)} aria-label="Close the details">
          <Close />
        </a>
      </header>
      <div class="scroll">
        <div class="portrait">
          <ChatAvatar chat={chat} size="large" />
          {mayManage ? <Title chat={chat} /> : <h3>{title}</h3>}
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
  if (!editing.value) {
    return (
      <h3>
        {titleOf(chat)}
        <Tool label="Rename the group" icon={Pencil} title="Rename" onClick={() => (editing.value = true)} />
      </h3>
    );
  }
  return (
    <form
      class="inline"
      onSubmit={async event => {
        event.preventDefault();
        const title = String(new FormData(event.currentTarget).get('title')).trim();
        if (title === '' || (await attempt(client.retitle(chat.id, title)))) editing.value = false;
      }}
    >
      <input
        name="title"
        aria-label="Name of the group"
        defaultValue={chat.title ?? ''}
        maxLength={128}
        ref={input => input?.focus()}
      />
      <button type="submit" class="link">
        Save
      </button>
    </form>
  );
}

const RANK: Readonly<Record<Role, number>> = { owner: 0, admin: 1, member: 2 };

function Members({ chat, mayManage }: { readonly chat: ChatState; readonly mayManage: boolean }) {
  const rank = ({ role }: ChatMember) => RANK[role ?? 'member'];
  const members = Object.values(chat.members).sort(
    (a, b) => rank(a) - rank(b) || nameOf(a.userId).localeCompare(nameOf(b.userId)),
  );
  const mine = chat.members[myId.value]?.role;
  return (
    <section class="members" aria-label="Members">
      <div class="members-head">
        <h3>{membersOf(chat)}</h3>
        {mayManage && <Tool label="Add members" icon={AddPerson} onClick={() => (dialog.value = 'add-members')} />}
      </div>
      <ul>
        {members.map(member => (
          <MemberRow key={member.userId} chat={chat} member={member} mine={mine} />
        ))}
      </ul>
      <Confirm
        label="Leave the group"
        question="Really leave?"
        onConfirm={async () => {
          if (await attempt(client.removeMember(chat.id, myId.value))) go();
        }}
      />
    </section>
  );
}

interface MemberProps {
  readonly chat: ChatState;
  readonly member: ChatMember;
  readonly mine: Role | undefined;
}

function MemberRow({ chat, member: { userId, role }, mine }: MemberProps) {
  const name = nameOf(userId);
  const self = userId === myId.value;
  const mayChoose = mine === 'owner' && !self;
  const mayRemove = !self && (mine === 'owner' || (mine === 'admin' && role === 'member'));
  return (
    <li class="person">
      <Avatar id={userId} name={name} presence />
      <span class="chat-title">{self ? `${name} (you)` : name}</span>
      <span class="chat-last">{self ? '' : <LastSeen userId={userId} short />}</span>
      <span class="member-role">
        {mayChoose ? (
          <select
            aria-label={`Role of ${name}`}
            value={role}
            onChange={event =>
              attempt(client.setRole(chat.id, userId, event.currentTarget.value as 'admin' | 'member'))
            }
          >
            <option value="admin">admin</option>
            <option value="member">member</option>
          </select>
        ) : (
          role !== 'member' && role
        )}
      </span>
      {mayRemove && (
        <Tool
          label={`Remove ${name}`}
          icon={Close}
          title="Remove"
          onClick={() => attempt(client.removeMember(chat.id, userId))}
        />
      )}
    </li>
  );
}
