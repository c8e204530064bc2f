/**
 * Holds what live connections are in against the database: each is in the rooms of its user, its session and their chats,
 * and in no other; one whose session has ended is no more. Answers what was otherwise for as long as it takes to heal.
 */
import { room } from '#functions/domain/names.js';
import type { Cast } from './cast.js';
import { until } from './patience.js';

/** As long as service may take to be back: whatever was missed is made up for by then. */
const HEALED_MS = 15_000;

export const misplaced = ({ world, fronts }: Cast): Promise<string[]> =>
  until(HEALED_MS, () => {
    const { database } = world.databaseServer;
    return fronts()
      .flatMap(front => front.connections())
      .flatMap(({ id, userId, sessionId, rooms }) => {
        if (!database.isSignedIn(sessionId, userId)) return [`private: ${id} lives on, and its session has ended`];
        const wanted = new Set([room.user(userId), room.session(sessionId), ...database.idsOf(userId).map(room.chat)]);
        const excess = [...rooms].filter(each => !wanted.has(each));
        const lacking = [...wanted].filter(each => !rooms.has(each));
        return [
          ...excess.map(each => `private: ${id} of ${userId.slice(-4)} is in ${each}`),
          ...lacking.map(each => `told: ${id} of ${userId.slice(-4)} is not in ${each}`),
        ];
      });
  });
