/** The menu of a message: reactions in a row, and below them what else can be done with it. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { menu, type Point } from '../menu.js';
import { client } from '../model.js';
import { rightsTo } from '../rights.js';
import { isSame, type Shown } from '../rows.js';
import { actionsOn } from './message-actions.js';
import { useRoving } from './roving.js';
import { useModal } from './sheet.js';

const COMMON = ['👍', '❤️', '😂', '😮', '😢', '🙏', '🔥', '🎉'];
/** Pixels between the menu and the edge of the window. */
const EDGE = 8;

export function MessageMenu({ chat, messages }: { readonly chat: ChatState; readonly messages: readonly Shown[] }) {
  const open = menu.value;
  const message = open && messages.find(each => isSame(each, open));
  return message && !message.deletedAt ? <Menu chat={chat} message={message} at={open.at} /> : null;
}

interface Props {
  readonly chat: ChatState;
  readonly message: Shown;
  readonly at: Point;
}

function Menu({ chat, message, at }: Props) {
  const element = useModal();
  const items = useRef<HTMLDivElement>(null);
  useRoving(items);
  useLayoutEffect(() => {
    const { current: dialog } = element;
    if (!dialog) return;
    const within = (place: number, size: number, room: number) => Math.max(EDGE, Math.min(place, room - size - EDGE));
    dialog.style.setProperty('--x', `${within(at.x, dialog.offsetWidth, innerWidth)}px`);
    dialog.style.setProperty('--y', `${within(at.y, dialog.offsetHeight, innerHeight)}px`);
    items.current?.querySelector<HTMLElement>('[data-stop]')?.focus();
    return () => {
      menu.value = undefined;
    };
  }, []);
  // The finger that has opened the menu chooses nothing by going up.
  const pressed = useRef(false);
  const choose = (run: () => void) => () => {
    element.current?.close();
    run();
  };
  const { mine = [], reactions = [] } = message;
  return (
    <dialog
      class="menu"
      ref={element}
      aria-label="Message"
      onClose={() => (menu.value = undefined)}
      onPointerDown={() => (pressed.current = true)}
      onClickCapture={event => {
        if (event.detail > 0 && !pressed.current) event.stopPropagation();
        else if (event.target === element.current) element.current?.close();
      }}
      onContextMenu={event => event.preventDefault()}
    >
      <div ref={items} role="menu" aria-label="What to do with this message">
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
        {actionsOn(message, chat).map(({ label, icon: Icon, key, danger, run }) => (
          <button
            key={label}
            type="button"
            role="menuitem"
            class={danger ? 'danger' : ''}
            aria-keyshortcuts={key}
            data-stop
            tabIndex={-1}
            onClick={choose(run)}
          >
            <Icon />
            {label}
            <span class="key" aria-hidden="true">
              {key?.replace(/^\w$/, letter => letter.toUpperCase())}
            </span>
          </button>
        ))}
      </div>
    </dialog>
  );
}
