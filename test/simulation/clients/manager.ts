/** The owner of a group, who takes somebody out of it and in again; each repeated until it is answered. */
import type { Scheduler } from '../kernel/scheduler.js';
import type { Answer, Front } from '../system/gateway.js';
import type { Absence, Observations } from './observations.js';

interface ManagerOptions {
  readonly scheduler: Scheduler;
  readonly userId: string;
  readonly fronts: () => readonly Front[];
  readonly seen: Observations;
}

const ANSWER_WITHIN_MS = 12_000;

export function createManager({ scheduler, userId, fronts, seen }: ManagerOptions) {
  const { chance, now } = scheduler;

  async function until(route: string, data: object): Promise<void> {
    for (;;) {
      const answer = await new Promise<Answer | undefined>(resolve => {
        setTimeout(resolve, ANSWER_WITHIN_MS, undefined);
        if (fronts().length > 0) chance.pick(fronts()).request(userId, route, data, resolve);
      });
      if (answer?.ok) return;
      await new Promise(resolve => setTimeout(resolve, chance.between(50, 500)));
    }
  }

  return {
    async remove(chatId: string, guestId: string): Promise<Absence> {
      await until('DELETE /v1/chats/:chatId/members/:userId', { chatId, userId: guestId });
      const absence: Absence = { chatId, userId: guestId, removedAt: now() };
      seen.absences.push(absence);
      return absence;
    },
    async addAgain(absence: Absence): Promise<void> {
      absence.addedAt = now();
      const { chatId, userId } = absence;
      await until('POST /v1/chats/:chatId/members', { chatId, userId });
    },
  };
}
