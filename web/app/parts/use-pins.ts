/** The message of a chat that was pinned last. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { withPending } from '../../client/changes.js';
import type { ChatState } from '../../client/chat.js';
import type { Message } from '../../client/shapes.js';
import { client, link, state } from '../model.js';
import { countsChanges } from '../rights.js';
import type { Shown } from '../rows.js';

/** Those that are not held are asked for, again whenever one of them may have changed. */
export function useNewestPin(chat: ChatState, messages: readonly Shown[]): Shown | undefined {
  const asked = useSignal<readonly Message[]>([]);
  const asks = countsChanges(chat) && link.value === 'online';
  useEffect(() => {
    if (!asks) return;
    let current = true;
    client.pins(chat.id).then(
      pins => {
        if (current) asked.value = pins;
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [chat.id, asks, chat.changedElsewhere]);

  const first = messages[0]?.seq ?? Number.POSITIVE_INFINITY;
  const elsewhere = asked.value.filter(({ seq }) => seq < first);
  return [...elsewhere.map(message => withPending(message, state.value.changes)), ...messages]
    .filter(({ pinnedAt, deletedAt }) => pinnedAt !== undefined && deletedAt === undefined)
    .reduce<Shown | undefined>(
      (newest, each) => ((newest?.pinnedAt ?? '') > (each.pinnedAt ?? '') ? newest : each),
      undefined,
    );
}
