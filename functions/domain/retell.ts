/**
 * Two changes of a chat at the same time are each read and then told, and what was read first may be told last. So whoever
 * has told a chat looks at it again, and tells it again as long as it has changed since: the last to be told is the last.
 */
import type { Emission, Outcome } from 'function-runtime';
import type { Ports } from '../ports/index.js';
import type { Chat } from './model.js';
import { chatTold, chatUpdated, saysTheSame } from './news.js';

type Updates = Emission<'chat:updated'>[];

/** What `settle` does after an outcome that told the members a chat, as `viewerId` may see it. */
export async function retell(
  { chats }: Pick<Ports, 'chats'>,
  viewerId: string,
  outcome: Outcome,
  tell?: (chat: Chat) => Updates,
): Promise<Pick<Outcome<never, 'chat:updated', never>, 'emit' | 'unsettled'>> {
  const told = chatTold(outcome);
  const chat = told && (await chats.view(told.id, viewerId));
  if (!chat || saysTheSame(told, chat)) return {};
  return { emit: tell?.(chat) ?? chatUpdated(chat, await chats.readersOf(chat.id)), unsettled: true };
}
