/**
 * What is unread is what others wrote above the watermark, without tombstones and without what the user hides. A message
 * that somebody wants deleted or hidden just then may be counted or not.
 */

import { groupBy } from '#runtime/group-by.js';
import type { Chat } from '#support/shapes.js';
import { type ChangeCall, keyOf } from './changes/calls.js';
import type { Evidence } from './evidence.js';
import type { Finding } from './finding.js';
import type { History } from './outcome.js';

export function* unreads(evidence: Evidence, changes: readonly ChangeCall[], history: History): Generator<Finding> {
  const deletions = groupBy(
    changes.filter(({ kind, state }) => kind === 'delete' && state !== 'refused'),
    keyOf,
  );
  for (const { ok, client, reply, invokedAt, answeredAt } of evidence.calls<unknown, Chat>('chat')) {
    const own = ok ? reply.members?.find(({ userId }) => userId === client)?.readSeq : undefined;
    if (own === undefined) continue;
    const { id, unread, lastSeq } = reply;
    const above = (history.get(id) ?? []).filter(({ seq }) => seq > own && seq <= lastSeq);
    const others = above.filter(({ senderId }) => senderId !== client);
    // Of a history with a hole, which is found elsewhere, nobody knows who wrote what is missing.
    if (above.length < lastSeq - own) continue;
    const about = (message: (typeof others)[number]) =>
      (deletions.get(keyOf(message)) ?? []).filter(({ scope, userId }) => scope === 'all' || userId === client);
    const gone = others.filter(message =>
      about(message).some(({ state, answeredAt: at }) => state === 'stored' && at < invokedAt),
    );
    const going = others.filter(message => about(message).some(call => call.invokedAt < answeredAt));
    // An older version counts what is deleted or hidden like the rest.
    const most = reply.lastChange === undefined ? others.length : others.length - gone.length;
    const least = others.length - going.length;
    if (unread >= least && unread <= most) continue;
    yield { name: 'unread-wrong', detail: `chat ${id} for ${client}: ${unread} above ${own}, not ${least} to ${most}` };
  }
}
