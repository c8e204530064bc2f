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

  /** True when no copy of it can be carried out later: each was answered. */
  async function until(route: string, data: object): Promise<boolean> {
    for (let answered = true; ; ) {
      const answer = await new Promise<Answer | undefined>(resolve => {
        setTimeout(resolve, ANSWER_WITHIN_MS, undefined);
        if (fronts().length > 0) chance.pick(fronts()).request(userId, route, data, resolve);
      });
      if (answer?.ok) return answered;
      answered &&= answer !== undefined;
      await new Promise(resolve => setTimeout(resolve, chance.between(50, 500)));
    }
  }

  /** Copies of an addition that nobody answered may take the guest in again at any time. */
  let certain = true;

  return {
    async remove(chatId: string, guestId: string): Promise<Absence> {
      await until('DELETE /v1/chats/:chatId/members/:userId', { chatId, userId: guestId });
      const absence: Absence = { chatId, userId: guestId, removedAt: now() };
      if (certain) seen.absences.push(absence);
      return absence;
    },
    /** Takes the guest in and out at once, so that nobody knows how it ends before it has ended. */
    async dispute(absence: Absence): Promise<void> {
      absence.addedAt = now();
      const data = { chatId: absence.chatId, userId: absence.userId };
      const taken = until('POST /v1/chats/:chatId/members', data);
      const left = until('DELETE /v1/chats/:chatId/members/:userId', data);
      const [quietAdd] = await Promise.all([taken, left]);
      if (certain && quietAdd) seen.absences.push({ ...data, removedAt: now(), disputed: true });
    },
    async addAgain(absence: Absence): Promise<void> {
      absence.addedAt = now();
      const { chatId, userId } = absence;
      if (!(await until('POST /v1/chats/:chatId/members', { chatId, userId }))) certain = false;
    },
  };
}
