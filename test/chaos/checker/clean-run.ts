/** A run in which all went well: Ben is sent away in the middle, and taken in again; in the end he takes up his tablet. */
import type { Message } from '../../support/shapes.js';
import { BEN, Run } from './run.js';

export function cleanRun(): Run {
  const run = new Run('ann', 'ben');
  for (const clientId of ['a1', 'a2', 'a3']) run.send('ann', clientId);
  run.look('ben', run.send('ben', 'b1'));
  run.call('ben', 'message:read', { chatId: 'chat', seq: 2 }, {});
  run.ben.readSeq = 2;
  run.seeChat('ann');
  run.seeChat('ben', { unread: 1 });
  const removal = run.call('ann', 'remove', BEN);
  run.hears('ben', 'chat:member-removed', BEN);
  run.answer('ann', removal);
  run.send('ann', 'without Ben', ['ann']);
  run.call('ann', 'add', BEN, {});
  run.hears('ben', 'chat:created', { id: 'chat' });
  // Never acknowledged and never stored; sent twice and stored once; accepted, and stored later.
  run.call('ann', 'message:send', { chatId: 'chat', clientId: 'nothing', body: 'came of it' });
  run.call('ann', 'message:send', { chatId: 'chat', clientId: 'again', body: 'body of again' });
  run.send('ann', 'again');
  const late = { chatId: 'chat', clientId: 'late', body: 'body of late' };
  run.call('ben', 'message:send', late, { clientId: 'late', status: 'accepted' });
  run.hears('ann', 'message:new', run.store('ben', 'late'));
  run.send('ann', 'posted', ['ann', 'ben'], 'http://one');
  run.send('ann', 'last');
  run.line('connected', 'ben', 'tablet');
  run.sync('ann', 2);
  run.sync('ben');
  run.sees('ann', 'ben', 'online');
  return run;
}

export const heardBy = (run: Run, client: string, clientId: string): number =>
  run.entries.findIndex(
    entry =>
      entry.kind === 'event' && entry.client === client && (entry.data as Partial<Message>).clientId === clientId,
  );
