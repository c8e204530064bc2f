/**
 * Changes of messages as a device asks for them: over its line, or now and then over HTTP as well, as an impatient client
 * does; and what it was answered, for the oracle.
 */
import type { Message } from '#functions/domain/model.js';
import { Refusal } from '../../../web/client/refusal.js';
import type { Scheduler } from '../kernel/scheduler.js';
import type { CallResult } from '../system/gateway.js';
import type { Observations, Wish, Wished } from './observations.js';

interface WishesOptions {
  readonly scheduler: Scheduler;
  readonly userId: string;
  readonly seen: Observations;
  readonly ask: (event: string, data: object) => Promise<CallResult | undefined>;
  readonly request: (route: string, data: object) => Promise<CallResult | undefined>;
  readonly shown: (message: Message) => void;
}

type Carried = { readonly status: 'stored' | 'accepted'; readonly change?: number };

/** What the outbox of changes sends, by its event. */
const KINDS = {
  'message:edit': 'edit',
  'message:delete': 'delete',
  'message:react': 'react',
  'message:pin': 'pin',
} as const;

const AT = '/v1/chats/:chatId/messages/:seq';

function routeOf(wished: Wished): string {
  switch (wished.kind) {
    case 'edit':
      return `PATCH ${AT}`;
    case 'delete':
      return `DELETE ${AT}`;
    case 'react':
      return `${wished.on ? 'PUT' : 'DELETE'} ${AT}/reactions/:emoji`;
    case 'pin':
      return `${wished.on ? 'PUT' : 'DELETE'} ${AT}/pin`;
  }
}

export function createWishes({ scheduler, userId, seen, ask, request, shown }: WishesOptions) {
  const { chance, now } = scheduler;

  async function attempt(wished: Wished, how: () => Promise<CallResult | undefined>): Promise<CallResult | undefined> {
    const wish: Wish = { ...wished, userId, invokedAt: now() };
    seen.wishes.push(wish);
    const answer = await how();
    scheduler.note(() => `${JSON.stringify(wished)}: ${answer ? JSON.stringify(answer) : 'no answer'}`);
    if (!answer) return undefined;
    if (!answer.ok) wish.answer = { at: now(), is: 'refused', code: answer.error.code };
    else {
      const { status = 'stored', change } = answer.data as Partial<Carried>;
      wish.answer = { at: now(), is: status, ...(change !== undefined && { change }) };
    }
    return answer;
  }

  async function overHttp(wished: Wished): Promise<void> {
    const { kind: _kind, on: _on, ...data } = { on: undefined, ...wished };
    const answer = await attempt(wished, () => request(routeOf(wished), data));
    if (answer?.ok && 'seq' in answer.data && 'reactions' in answer.data) shown(answer.data as unknown as Message);
  }

  return {
    async wish(event: string, data: object): Promise<Carried> {
      const wished = { kind: KINDS[event as keyof typeof KINDS], ...data } as Wished;
      if (chance.strikes(0.08)) void overHttp(wished);
      const answer = await attempt(wished, () => ask(event, data));
      if (chance.strikes(0.08)) void overHttp(wished);
      if (answer?.ok) return answer.data as Carried;
      throw answer
        ? new Refusal(answer.error.code as Refusal['code'], answer.error.message)
        : new Refusal('unavailable', 'no answer');
    },
  };
}
