/** Deletions that can still be taken back: nothing is told to the server before. */
import { computed, effect, signal } from '@preact/signals';
import type { PendingChange } from '../client/state.js';
import { client, state } from './model.js';
import type { Shown } from './rows.js';

const UNDO_MS = 5_000;

export const deleteFor = (scope: 'all' | 'me', message: Shown): void => void client.delete(message, scope, UNDO_MS);

/** Also longer than is said in passing, while there is no connection. */
export const isUndoable = ({ change, state: at }: PendingChange): boolean =>
  change.kind === 'delete' && at === 'waiting';

export const isForOneself = ({ change }: PendingChange): boolean => change.kind === 'delete' && change.scope === 'me';

const waiting = computed(() => state.value.changes.filter(isUndoable));

/** Those that were asked for just now. */
export const undoable = signal<readonly PendingChange[]>([]);
effect(() => {
  const all = waiting.value;
  const look = () => {
    undoable.value = all.filter(({ notBefore }) => notBefore > Date.now());
  };
  look();
  const timer = setTimeout(look, Math.max(0, ...all.map(({ notBefore }) => notBefore)) - Date.now());
  return () => clearTimeout(timer);
});

export function undo(): void {
  for (const { id } of undoable.value) client.keep(id);
}
