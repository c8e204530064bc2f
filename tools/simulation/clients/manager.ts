/** Who makes groups, and takes somebody out of them and in again; each repeated until it is answered. */
import type { Chat } from '#functions/domain/model.js';
import type { Scheduler } from '../kernel/scheduler.js';
import type { CallResult, Front } from '../system/gateway.js';
import type { Absence, Observations } from './observations.js';

interface ManagerOptions {
  readonly scheduler: Scheduler;
  readonly token: string;
  readonly fronts: () => readonly Front[];
  readonly seen: Observations;
}

const ANSWER_WITHIN_MS = 12_000;

export function createManager({ scheduler, token, fronts, seen }: ManagerOptions) {
  const { chance, now } = scheduler;

  const tryOnce = (route: string, data: object): Promise<CallResult | undefined> =>
    new Promise(resolve => {
      setTimeout(resolve, ANSWER_WITHIN_MS, undefined);
      if (fronts().length > 0) chance.pick(fronts()).request(token, route, data, resolve);
    });

  /** The answer; `quiet` when no copy of the question can be carried out later: each was answered. */
  async function until(route: string, data: object): Promise<{ quiet: boolean; reply: Record<string, unknown> }> {
    for (let quiet = true; ; ) {
      const answer = await tryOnce(route, data);
      if (answer?.ok) return { quiet, reply: answer.data };
      quiet &&= answer !== undefined;
      await new Promise(resolve => setTimeout(resolve, chance.between(50, 500)));
    }
  }

  /** Copies of an addition that nobody answered may take the guest in again at any time, those of a removal out. */
  let certain = true;
  let stable = true;

  return {
    /** Answers its id. There may be others that nobody was told of. */
    async create(memberIds: readonly string[]): Promise<string> {
      const { reply } = await until('POST /v1/chats', { type: 'group', memberIds });
      return (reply.chat as Chat).id;
    },
    async remove(chatId: string, guestId: string): Promise<Absence> {
      seen.removed.add(`${guestId} ${chatId}`);
      const { quiet } = await until('DELETE /v1/chats/:chatId/members/:userId', { chatId, userId: guestId });
      stable &&= quiet;
      const absence: Absence = { chatId, userId: guestId, removedAt: now() };
      if (certain) seen.absences.push(absence);
      return absence;
    },
    /** Over one way or the other; once, or until it is answered. */
    async signOut(sessionId: string, { once }: { readonly once: boolean }): Promise<void> {
      const [route, data] = chance.strikes(0.5)
        ? ['POST /v1/auth/logout', {}]
        : ['DELETE /v1/auth/sessions/:sessionId', { sessionId }];
      if (!once) await until(route, data);
      else if (!(await tryOnce(route, data))?.ok) return;
      seen.signOuts.push({ sessionId, answeredAt: now() });
    },
    /** Tries it once, and does not care what came of it. */
    async tryToRemove(chatId: string, guestId: string): Promise<void> {
      seen.removed.add(`${guestId} ${chatId}`);
      stable = false;
      await tryOnce('DELETE /v1/chats/:chatId/members/:userId', { chatId, userId: guestId });
    },
    /** Takes the guest in and out at once, so that nobody knows how it ends before it has ended. */
    async dispute(absence: Absence): Promise<void> {
      absence.addedAt = now();
      const data = { chatId: absence.chatId, userId: absence.userId };
      const taken = until('POST /v1/chats/:chatId/members', data);
      const left = until('DELETE /v1/chats/:chatId/members/:userId', data);
      const quiet = (await Promise.all([taken, left])).every(each => each.quiet);
      if (certain && stable && quiet) seen.absences.push({ ...data, removedAt: now(), disputed: true });
    },
    async addAgain(absence: Absence): Promise<void> {
      absence.addedAt = now();
      const { chatId, userId } = absence;
      const { quiet } = await until('POST /v1/chats/:chatId/members', { chatId, userId });
      if (!quiet) certain = false;
    },
  };
}
