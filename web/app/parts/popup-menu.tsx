/** A menu at a place of the window: arrow keys within it, Escape and a click beside it close it, the focus goes back. */
import type { ComponentChildren, ComponentType } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Point } from '../menu.js';
import { useRoving } from './roving.js';
import { useModal } from './sheet.js';

/** Pixels between the menu and the edge of the window. */
const EDGE = 8;

/** Closes the menu, and does something then. */
type Choose = (run: () => void) => () => void;

interface Props {
  readonly label: string;
  readonly at: Point;
  readonly onClosed: () => void;
  readonly children: (choose: Choose) => ComponentChildren;
}

export function PopupMenu({ label, at, onClosed, children }: Props) {
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
    return onClosed;
  }, []);
  // The finger that has opened the menu chooses nothing by going up.
  const pressed = useRef(false);
  const choose: Choose = run => () => {
    element.current?.close();
    run();
  };
  return (
    <dialog
      class="menu"
      ref={element}
      aria-label={label}
      onClose={onClosed}
      onPointerDown={() => (pressed.current = true)}
      onClickCapture={event => {
        if (event.detail > 0 && !pressed.current) event.stopPropagation();
        else if (event.target === element.current) element.current?.close();
      }}
      onContextMenu={event => event.preventDefault()}
    >
      <div ref={items} role="menu" aria-label={label}>
        {children(choose)}
      </div>
    </dialog>
  );
}

interface ItemProps {
  readonly label: string;
  readonly icon: ComponentType;
  /** The key that does the same without the menu, as `KeyboardEvent.key` has it. */
  readonly shortcut?: string | undefined;
  readonly danger?: boolean | undefined;
  readonly onClick: () => void;
}

export const MenuItem = ({ label, icon: Icon, shortcut, danger, onClick }: ItemProps) => (
  <button
    type="button"
    role="menuitem"
    class={danger ? 'danger' : ''}
    aria-keyshortcuts={shortcut}
    data-stop
    tabIndex={-1}
    onClick={onClick}
  >
    <Icon />
    {label}
    <span class="key" aria-hidden="true">
      {shortcut?.replace(/^\w$/, letter => letter.toUpperCase())}
    </span>
  </button>
);
