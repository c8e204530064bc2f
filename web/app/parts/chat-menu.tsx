/** The menu of a conversation: what it is to oneself alone. */
import { chatMenu } from '../menu.js';
import { client, state } from '../model.js';
import {
  archive,
  isArchived,
  isPinned,
  LEVELS,
  levelOf,
  mute,
  mutedUntil,
  notify,
  pin,
  SPANS,
  unmute,
} from '../own.js';
import { Archive, Bell, BellOff, Check, Pin } from './icons.js';
import { MenuItem, PopupMenu } from './popup-menu.js';

export function ChatMenu() {
  const open = chatMenu.value;
  const chat = open && state.value.chats.get(open.chatId);
  if (!chat) return null;
  const { id, unread, lastSeq } = chat;
  return (
    <PopupMenu label="What to do with this conversation" at={open.at} onClosed={() => (chatMenu.value = undefined)}>
      {choose => (
        <>
          {unread > 0 && (
            <MenuItem label="Mark as read" icon={Check} onClick={choose(() => client.read(id, lastSeq))} />
          )}
          <MenuItem
            label={isPinned(id) ? 'Unpin' : 'Pin to the top'}
            icon={Pin}
            onClick={choose(() => pin(id, !isPinned(id)))}
          />
          <MenuItem
            label={isArchived(id) ? 'Take out of the archive' : 'Archive'}
            icon={Archive}
            onClick={choose(() => archive(id, !isArchived(id)))}
          />
          {/* biome-ignore lint/a11y/useSemanticElements: within a menu a group is no set of fields. */}
          <div class="spans" role="group" aria-label="Tell me of" data-row>
            <span aria-hidden="true">
              <Bell /> Tell me of
            </span>
            {LEVELS.map(({ level, label }) => (
              <button
                key={level}
                type="button"
                role="menuitemradio"
                aria-checked={levelOf(id) === level}
                data-stop
                tabIndex={-1}
                onClick={choose(() => notify(id, level))}
              >
                {label}
              </button>
            ))}
          </div>
          {mutedUntil(id) === undefined ? (
            // biome-ignore lint/a11y/useSemanticElements: within a menu a group is no set of fields.
            <div class="spans" role="group" aria-label="Mute for" data-row>
              <span aria-hidden="true">
                <BellOff /> Mute for
              </span>
              {SPANS.map(({ label, ms }) => (
                <button
                  key={label}
                  type="button"
                  role="menuitem"
                  data-stop
                  tabIndex={-1}
                  onClick={choose(() => mute(id, ms))}
                >
                  {label}
                </button>
              ))}
            </div>
          ) : (
            <MenuItem label="Unmute" icon={Bell} onClick={choose(() => unmute(id))} />
          )}
        </>
      )}
    </PopupMenu>
  );
}
