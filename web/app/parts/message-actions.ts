/** What can be done with a message, in the order of its menu, each with the key that does it from the message. */
import type { ComponentType } from 'preact';
import type { ChatState } from '../../client/chat.js';
import { deleteFor } from '../deletions.js';
import { answer } from '../drafts.js';
import { edit } from '../editing.js';
import { forward } from '../forwarding.js';
import { client } from '../model.js';
import { isAnswerable, rightsTo } from '../rights.js';
import type { Shown } from '../rows.js';
import { Copy, Forward, Hide, Pencil, Pin, Reply, Trash } from './icons.js';

export interface Action {
  readonly label: string;
  readonly icon: ComponentType;
  /** As `KeyboardEvent.key` has it. */
  readonly key?: string;
  readonly danger?: boolean;
  readonly run: () => void;
}

export function actionsOn(message: Shown, chat: ChatState): readonly Action[] {
  const may = rightsTo(message, chat);
  const { body, pinnedAt, pending } = message;
  const actions: Action[] = [];
  if (isAnswerable(message)) actions.push({ label: 'Answer', icon: Reply, key: 'r', run: () => answer(message) });
  if (may.forward && isAnswerable(message))
    actions.push({ label: 'Forward', icon: Forward, key: 'f', run: () => forward(message) });
  if (may.edit) actions.push({ label: 'Edit', icon: Pencil, key: 'e', run: () => edit(message) });
  if (may.pin) {
    const label = pinnedAt ? 'Unpin' : 'Pin';
    actions.push({ label, icon: Pin, key: 'p', run: () => client.pin(message, !pinnedAt) });
  }
  if (navigator.clipboard && !message.deletedAt && body !== '')
    actions.push({ label: 'Copy text', icon: Copy, key: 'c', run: () => void navigator.clipboard.writeText(body) });
  if (may.hide) actions.push({ label: 'Delete for me', icon: Hide, danger: true, run: () => deleteFor('me', message) });
  if (may.delete) {
    const label = pending ? 'Delete' : 'Delete for everybody';
    actions.push({ label, icon: Trash, key: 'Delete', danger: true, run: () => deleteFor('all', message) });
  }
  return actions;
}
