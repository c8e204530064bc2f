/** Hiding messages from oneself. */
import type { Context, Outcome } from 'function-runtime';
import { Failure } from 'function-runtime';
import { callerOf } from '../access/caller.js';
import type { Ports } from '../ports/index.js';
import type { Stretch } from '../ports/ownState.js';
import { outside } from './inside.js';
import { LIMITS } from './names.js';
import { ownStateChanged } from './own-state.js';

/** Hides a stretch of the chat from the caller, and tells their devices. */
export async function hide(
  context: Pick<Context, 'caller'> & { readonly ports: Pick<Ports, 'ownState'> },
  chatId: string,
  stretch: Stretch,
): Promise<Pick<Outcome<never, 'me:changed', never>, 'emit'>> {
  const { userId } = callerOf(context);
  const state = await context.ports.ownState.hide(userId, chatId, stretch);
  if (state === undefined) throw outside();
  if (state === 'unknown') throw new Failure('not_found', 'no such message');
  if (state === 'full') {
    const message = `${LIMITS.hiddenStretches} stretches of this chat are hidden, which is the most: hide what lies between`;
    throw new Failure('conflict', message);
  }
  return { emit: ownStateChanged(userId, state) };
}
