/**
 * A change on its way: what a member wants done to a message, how it goes to the queue that orders the changes of its
 * chat, and what comes back. Shared by the socket's and HTTP's ways, which differ in their answers only.
 */

import type { Context, Outcome, Output } from 'function-runtime';
import { Failure } from 'function-runtime';
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import type { Ports } from '../ports/index.js';
import { type Change, Numbered } from './change.js';
import { checkEntities } from './entities.js';
import { messageChange } from './events.js';
import { Message } from './model.js';
import { isoTime } from './time.js';

/** What is asked for, without who asks and when. */
type Wanted<Of = Change> = Of extends Change ? Omit<Of, 'userId' | 'at'> : never;

const { seq } = Message.properties;

export const ChangeStored = Type.Object(
  { status: Type.Literal('stored'), seq, ...Numbered.properties },
  { title: 'ChangeStored' },
);

export const ChangeAccepted = Type.Object(
  { status: Type.Literal('accepted') },
  { title: 'ChangeAccepted', description: 'Safe, and not carried out yet' },
);

/** What a change is answered with that is not known to be carried out. */
export const ACCEPTED: Outcome<Output<typeof ChangeAccepted>, never, never> = {
  status: 'accepted',
  reply: { status: 'accepted' },
};

export function wish(context: Context, wanted: Wanted) {
  if (wanted.kind === 'edit' && wanted.entities) checkEntities(wanted.body, wanted.entities);
  const change = { ...wanted, userId: callerOf(context).userId, at: isoTime(context.now) } as Change;
  return { status: 'accepted' as const, publish: [messageChange(change)] };
}

/** Over a connection. */
export const acknowledged = (
  { seq }: { readonly seq: number },
  numbered: Output<typeof Numbered> | undefined,
): Outcome<Output<typeof ChangeStored> | Output<typeof ChangeAccepted>, never, never> =>
  numbered ? { reply: { status: 'stored', seq, change: numbered.change } } : ACCEPTED;

/** Over HTTP: the message as it is now. Throws `not_found` where it is no more. */
export async function shown(
  context: Context<Pick<Ports, 'messages'>>,
  { chatId, seq }: { readonly chatId: string; readonly seq: number },
): Promise<Message> {
  const range = { after: seq - 1, limit: 1 };
  const [message] = (await context.ports.messages.page(chatId, callerOf(context).userId, range)) ?? [];
  if (message?.seq !== seq) throw new Failure('not_found', 'no such message');
  return message;
}
