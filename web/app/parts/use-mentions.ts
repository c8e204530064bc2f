/** The members whom one may be about to mention, below the arrow keys while one writes on. */
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import type { ChatState } from '../../client/chat.js';
import type { Person } from '../../client/shapes.js';
import { begunAt, fitting } from '../completion.js';
import { state } from '../model.js';

export interface Mentions {
  /** None: the list is closed. */
  readonly people: readonly Person[];
  /** The place in the list of who would be chosen. */
  readonly active: number;
  choose(person: Person): void;
  /** Answers whether the key was for the list. */
  key(event: KeyboardEvent): boolean;
  /** The caret may be elsewhere, or gone. */
  look(): void;
  leave(): void;
}

/** Means all members, where an owner or admin says it. */
const EVERYBODY: Person = { id: 'all', username: 'all', displayName: 'Everybody' };

const CHOOSE = ['Enter', 'Tab'];

export function useMentions(
  chat: ChatState,
  text: string,
  input: RefObject<HTMLTextAreaElement | null>,
  write: (text: string) => void,
): Mentions {
  const caret = useSignal(-1);
  const active = useSignal(0);
  /** Where the list was closed by Escape, and what for. */
  const closed = useSignal('');
  const begun = caret.value >= 0 && caret.value <= text.length ? begunAt(text, caret.value) : undefined;
  const name = begun ? `${begun.from}` : '';
  const people = begun && closed.value !== name ? fitting(mentionable(chat), begun.wanted) : [];
  const at = Math.min(active.value, Math.max(0, people.length - 1));

  function choose({ username }: Person): void {
    const { current: box } = input;
    if (!box || !begun) return;
    const follows = /^\s/.test(text.slice(caret.value));
    box.setRangeText(`@${username}${follows ? '' : ' '}`, begun.from, caret.value, 'end');
    caret.value = -1;
    active.value = 0;
    write(box.value);
    box.focus();
  }

  return {
    people,
    active: at,
    choose,
    key(event) {
      const chosen = people[at];
      if (!chosen) return false;
      if (event.key === 'Escape') closed.value = name;
      else if (event.key === 'ArrowDown') active.value = (at + 1) % people.length;
      else if (event.key === 'ArrowUp') active.value = (at + people.length - 1) % people.length;
      else if (CHOOSE.includes(event.key) && !event.shiftKey) choose(chosen);
      else return false;
      event.preventDefault();
      return true;
    },
    look() {
      const { current: box } = input;
      const place = box && box.selectionStart === box.selectionEnd ? box.selectionStart : -1;
      if (place === caret.value) return;
      caret.value = place;
      active.value = 0;
      const next = place < 0 || !box ? undefined : begunAt(box.value, place);
      if (`${next?.from}` !== closed.value) closed.value = '';
    },
    leave() {
      caret.value = -1;
    },
  };
}

/** In a direct chat nobody needs to be named. */
function mentionable({ type, members, userId }: ChatState): readonly Person[] {
  if (type !== 'group') return [];
  const others = Object.keys(members).filter(id => id !== userId);
  const people = others.flatMap(id => state.value.people[id] ?? []);
  const role = members[userId]?.role;
  return role === 'owner' || role === 'admin' ? [...people, EVERYBODY] : people;
}
