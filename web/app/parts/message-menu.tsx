/** The menu of a message: reactions in a row, and below them what else can be done with it. */
import type { ChatState } from '../../client/chat.js';
import { menu } from '../menu.js';
import { client } from '../model.js';
import { rightsTo } from '../rights.js';
import { isSame, type Shown } from '../rows.js';
import { actionsOn } from './message-actions.js';
import { MenuItem, PopupMenu } from './popup-menu.js';

const COMMON = ['👍', '❤️', '😂', '😮', '😢', '🙏', '🔥', '🎉'];

export function MessageMenu({ chat, messages }: { readonly chat: ChatState; readonly messages: readonly Shown[] }) {
  const open = menu.value;
  const message = open && messages.find(each => isSame(each, open));
  const actions = message ? actionsOn(message, chat) : [];
  if (!message || actions.length === 0) return null;
  const { mine = [], reactions = [] } = message;
  return (
    <PopupMenu label="What to do with this message" at={open.at} onClosed={() => (menu.value = undefined)}>
      {choose => (
        <>
          {rightsTo(message, chat).react && (
            // biome-ignore lint/a11y/useSemanticElements: within a menu a group is no set of fields.
            <div class="emoji" role="group" aria-label="React" data-row>
              {[...new Set([...COMMON, ...reactions.map(({ emoji }) => emoji)])].map(emoji => (
                <button
                  key={emoji}
                  type="button"
                  role="menuitemcheckbox"
                  aria-checked={mine.includes(emoji)}
                  data-stop
                  tabIndex={-1}
                  onClick={choose(() => client.react(message, emoji, !mine.includes(emoji)))}
                >
                  {emoji}
                </button>
              ))}
            </div>
          )}
          {actions.map(({ label, icon, key, danger, run }) => (
            <MenuItem key={label} label={label} icon={icon} shortcut={key} danger={danger} onClick={choose(run)} />
          ))}
        </>
      )}
    </PopupMenu>
  );
}
