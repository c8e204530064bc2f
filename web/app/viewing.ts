/** The photos and videos of a message that somebody looks at, one at a time. */
import { effect, signal } from '@preact/signals';
import { current } from './model.js';
import { closeAbove, openAbove, route } from './route.js';
import type { Shown } from './rows.js';

interface Viewed {
  readonly message: Shown;
  /** The id of the one that is shown first. */
  readonly id: string;
}

export const viewed = signal<Viewed | undefined>(undefined);

export function view(message: Shown, id: string): void {
  viewed.value = { message, id };
  openAbove({ dialog: 'viewer' });
}

// After a reload nobody knows what was looked at; and what was deleted is not there.
effect(() => {
  if (route.value.dialog !== 'viewer') viewed.value = undefined;
  else if (!viewed.peek() || current(viewed.peek()?.message as Shown).deletedAt) void closeAbove('dialog');
});
