/** The last thing in a run: people and devices go, and the others look who is there. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Presence } from '#support/shapes.js';
import type { Journal } from './journal.js';
import type { Participant } from './workload.js';

const WITHIN_MS = 45_000;
/** A wrong word about somebody may need a while to come. */
const LATE_MS = 3_000;

export async function presences(participants: readonly Participant[], direct: readonly string[], journal: Journal) {
  const users = [...new Map(participants.map(part => [part.client.id, part])).values()];
  const online = (id: string) => participants.some(({ client }) => client.id === id && client.connected());

  async function isRight(viewer: Participant, userId: string, gateway: string): Promise<boolean> {
    const path = `/v1/users/${userId}/presence`;
    const shown = await viewer.client.call<Presence>(gateway, 'presence', { userId }, { method: 'GET', path });
    return shown.ok ? shown.data.status === (online(userId) ? 'online' : 'offline') : shown.code === 'forbidden';
  }

  /** Until everybody is shown as they are, or the time is over; then once more. */
  async function look(viewers: readonly Participant[]): Promise<void> {
    const looks = viewers.flatMap((viewer, place) =>
      users
        .filter(
          ({ client, chatIds }) => client.id !== viewer.client.id && chatIds.some(id => viewer.chatIds.includes(id)),
        )
        .map(
          ({ client }) =>
            () =>
              isRight(viewer, client.id, direct[place % direct.length]!),
        ),
    );
    const deadline = journal.now() + WITHIN_MS;
    for (let left = looks; left.length > 0 && journal.now() < deadline; ) {
      const answers = await Promise.all(left.map(isNow => isNow()));
      left = left.filter((_, place) => !answers[place]);
      if (left.length > 0) await pause(500);
    }
    await pause(LATE_MS);
    await Promise.all(looks.map(isNow => isNow()));
  }

  await look(users);
  const gone = users.filter((_, place) => place % 3 === 0).map(({ client }) => client.id);
  const others = participants.filter(part => !gone.includes(part.client.id) && !users.includes(part));
  const leaving = [...participants.filter(({ client }) => gone.includes(client.id)), ...others];
  await Promise.all(leaving.map(({ client }) => client.leave()));
  await look(users.filter(({ client }) => !gone.includes(client.id)));
}
