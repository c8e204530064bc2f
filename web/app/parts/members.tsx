/** Who is in a group, in what role, and what one may do about each: write to them, choose their role, remove them. */
import type { ChatMember, ChatState } from '../../client/chat.js';
import type { Role } from '../../client/shapes.js';
import { isolated } from '../bidi.js';
import { writeTo } from '../direct.js';
import { leaveGroup } from '../membership.js';
import { client, membersOf, myId, nameOf, titleOf } from '../model.js';
import { ask, attempt } from '../overlays.js';
import { back, openAbove } from '../route.js';
import { Avatar } from './avatar.js';
import { LastSeen } from './conversation.js';
import { AddPerson, Close, Write } from './icons.js';
import { Name } from './name.js';
import { Tool } from './tool.js';

const RANK: Readonly<Record<Role, number>> = { owner: 0, admin: 1, member: 2 };

export function Members({ chat, mayManage }: { readonly chat: ChatState; readonly mayManage: boolean }) {
  const rank = ({ role }: ChatMember) => RANK[role ?? 'member'];
  const members = Object.values(chat.members).sort(
    (a, b) => rank(a) - rank(b) || nameOf(a.userId).localeCompare(nameOf(b.userId)),
  );
  const mine = chat.members[myId.value]?.role;
  return (
    <section class="members" aria-label="Members">
      <div class="members-head">
        <h3>{membersOf(chat)}</h3>
        {mayManage && (
          <Tool label="Add members" icon={AddPerson} onClick={() => openAbove({ dialog: 'add-members' })} />
        )}
      </div>
      <ul>
        {members.map(member => (
          <MemberRow key={member.userId} chat={chat} member={member} mine={mine} />
        ))}
      </ul>
      <button type="button" class="link danger" onClick={() => leave(chat)}>
        Leave the group
      </button>
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
      <span class="chat-title">
        <Name of={name} />
        {self && ' (you)'}
      </span>
      <span class="chat-last">{self ? '' : <LastSeen userId={userId} short />}</span>
      <span class="member-role">
        {mayChoose ? (
          <select
            aria-label={`Role of ${isolated(name)}`}
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
      <span class="member-tools">
        {!self && (
          <Tool label={`Message ${isolated(name)}`} icon={Write} title="Message" onClick={() => writeTo(userId)} />
        )}
        {mayRemove && (
          <Tool
            label={`Remove ${isolated(name)}`}
            icon={Close}
            title="Remove"
            onClick={() => remove(chat, userId, name)}
          />
        )}
      </span>
    </li>
  );
}

async function remove(chat: ChatState, userId: string, name: string): Promise<void> {
  const sure = await ask({
    title: `Remove ${isolated(name)}?`,
    text: `They will no longer see what is written in ${isolated(titleOf(chat))}, unless somebody adds them again.`,
    yes: 'Remove',
  });
  if (sure) await attempt(client.removeMember(chat.id, userId));
}

async function leave(chat: ChatState): Promise<void> {
  const sure = await ask({
    title: `Leave ${isolated(titleOf(chat))}?`,
    text: 'You will no longer see what is written there. To come back, you have to be added again.',
    yes: 'Leave',
  });
  if (sure && (await attempt(leaveGroup(chat.id, myId.value)))) await back();
}
