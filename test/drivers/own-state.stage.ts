/** Two people in a group, for the tests of what a chat is to one of them alone. */
import type { OwnStateChange } from '#functions/ports/ownState.js';
import { message, minute, type World } from '../support/world.js';

export const NOW = minute(30);

/** As many at once as two pools have connections for, so that none waits for one longer than it may. */
export async function atOnce<Result>(count: number, work: (n: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < count; n = next++) results[n] = await work(n);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return results;
}

/** Two people in a group, and what the first of them does to their own state of it. */
export async function ownStateStage({ people, group, ownState, chats, messages }: World) {
  const [me, other] = (await people(2)) as [string, string];
  const id = await group([me, other]);
  return {
    me,
    other,
    id,
    update: (change: OwnStateChange, chatId = id) => ownState.update(me, chatId, change, NOW),
    since: (note: number) => ownState.since(me, note),
    hide: (from: number, to = from) => ownState.hide(me, id, { from, to }),
    say: (count: number, senderId = other) =>
      messages.append(Array.from({ length: count }, () => message(id, senderId))),
    view: (viewerId = me) => chats.view(id, viewerId),
  };
}
