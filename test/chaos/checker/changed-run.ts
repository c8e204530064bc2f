/** A run in which all went well, and what was said was changed: by both, heard or missed, acknowledged or not. */
import type { Message } from '../../support/shapes.js';
import { Run } from './run.js';

const AT = '2030-01-01T00:00:01.000Z';

export const edited = (body: string): Partial<Message> => ({ body, editedAt: AT });
export const pinned: Partial<Message> = { pinnedAt: AT };
export const liked = (emoji: string, count = 1): Partial<Message> => ({ reactions: [{ emoji, count }] });

/** What is left of a message. */
export function tombstone(by: string): (message: Message) => Message {
  return ({ chatId, seq, id, clientId, senderId, sentAt, rev }) => {
    const names = { chatId, seq, id, clientId, senderId, sentAt, rev };
    return { ...names, body: '', replyTo: null, reactions: [], deletedAt: AT, deletedBy: by };
  };
}

/** 1 is edited and liked, 2 pinned, 3 deleted; Ann has missed that 4 was edited and 5 liked; Ben hides 6. */
export function changedRun(): Run {
  const run = new Run('ann', 'ben');
  for (const clientId of ['a1', 'a2', 'a3']) run.send('ann', clientId);
  for (const clientId of ['b4', 'b5', 'b6']) run.send('ben', clientId);
  const first = { seq: 1, clientId: 'e1', body: 'uno' };
  run.change('ann', 'edit', first, edited('uno'));
  run.call('ann', 'message:edit', { chatId: 'chat', ...first }, { status: 'stored', seq: 1, change: 0 });
  run.change('ben', 'react', { seq: 1, emoji: '👍', on: true }, liked('👍'));
  run.reacted.set(1, [{ userId: 'ben', emoji: '👍' }]);
  run.change('ann', 'pin', { seq: 2, on: true }, pinned);
  run.change('ann', 'delete', { seq: 3, scope: 'all' }, tombstone('ann'));
  run.answer(
    'ben',
    run.call('ben', 'message:edit', { chatId: 'chat', seq: 1, clientId: 'no', body: 'x' }),
    'forbidden',
    false,
  );
  run.hides('ben', 6);
  run.line('disconnected', 'ann');
  run.change('ben', 'edit', { seq: 4, clientId: 'e4', body: 'cuatro' }, edited('cuatro'));
  run.change('ben', 'react', { seq: 5, emoji: '❤️', on: true }, liked('❤️'));
  run.reacted.set(5, [{ userId: 'ben', emoji: '❤️' }]);
  run.line('connected', 'ann', 'phone');
  run.line('connected', 'ben', 'tablet');
  // Asked for, and never answered: it may take effect or not.
  run.call('ben', 'message:react', { chatId: 'chat', seq: 2, emoji: '😂', on: true });
  run.look('ben', run.history[0]!);
  for (const device of run.devicesOf('ann')) run.sync('ann', 0, [device]);
  run.sync('ben', 5, ['ben'], 6);
  run.sync('ben', 0, ['tablet']);
  return run;
}
