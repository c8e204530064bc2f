/** The message, or the conversation, whose menu is open, and where. */
import { signal } from '@preact/signals';
import type { MessageName } from './rows.js';

/** Pixels from the corner of the window. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Menu extends MessageName {
  readonly at: Point;
}

export const menu = signal<Menu | undefined>(undefined);

export const chatMenu = signal<{ readonly chatId: string; readonly at: Point } | undefined>(undefined);

/** Where a menu opens that no pointer has asked for. */
export function under(element: Element | null): Point {
  const { left = 0, bottom = 0 } = element?.getBoundingClientRect() ?? {};
  return { x: left, y: bottom };
}

/** Closing it leads back to the message, which has the focus from here on. */
export function openMenu(element: HTMLElement, { clientId, senderId }: MessageName, at: Point): void {
  if (menu.value || chatMenu.value) return;
  element.focus({ preventScroll: true });
  menu.value = { clientId, senderId, at };
}

export function openChatMenu(element: HTMLElement, chatId: string, at: Point): void {
  if (menu.value || chatMenu.value) return;
  element.focus({ preventScroll: true });
  chatMenu.value = { chatId, at };
}

const LONG_MS = 500;
/** Pixels: a finger never rests quite still. */
const STILL = 10;
let timer = 0;
let from: Point = { x: 0, y: 0 };

const stop = () => clearTimeout(timer);

/** What an element listens to so that a finger that rests on it opens something. Not all browsers have an event for that. */
export const longPress = (open: (at: Point) => void, links = false) => ({
  onPointerDown({ pointerType, target, clientX: x, clientY: y }: PointerEvent) {
    stop();
    if (pointerType !== 'touch' || (!links && isLink(target))) return;
    from = { x, y };
    timer = setTimeout(open, LONG_MS, from);
  },
  onPointerMove({ clientX, clientY }: PointerEvent) {
    if (Math.hypot(clientX - from.x, clientY - from.y) > STILL) stop();
  },
  onPointerUp: stop,
  onPointerCancel: stop,
});

/** Links have a menu of the browser's. */
export const isLink = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('a') !== null;
