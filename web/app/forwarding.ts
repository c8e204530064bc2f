/** The message that is being forwarded, for as long as one chooses where to. */
import { effect, signal } from '@preact/signals';
import type { Message } from '../client/shapes.js';
import { closeAbove, openAbove, route } from './route.js';

export const forwarded = signal<Message | undefined>(undefined);

export function forward(message: Message): void {
  forwarded.value = message;
  openAbove({ dialog: 'forward' });
}

// After a reload nobody knows what was to be forwarded.
effect(() => {
  if (route.value.dialog !== 'forward') forwarded.value = undefined;
  else if (!forwarded.peek()) void closeAbove('dialog');
});
