/** The message of a chat that was pinned last. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { withPending } from '../../client/changes.js';
import type { ChatState } from '../../client/chat.js';
import { at, heldIn } from '../../client/history.js';
import type { Message } from '../../client/shapes.js';
import { client, link, state } from '../model.js';
import { countsChanges } from '../rights.js';
import type { Shown } from '../rows.js';

/**
 * Those that are not held are asked for, again whenever one of them may have changed; one that was held and is not any more
 * is as it was then.
 */
export function useNewestPin(chat: ChatState): Shown | undefined {
  const { history } = chat;
  const asked = useSignal<readonly Message[]>([]);
  const left = useRef<readonly Message[]>([]);
  const asks = countsChanges(chat) && link.value === 'online';
  useEffect(() => {
    if (!asks) return;
    let current = true;
    client.pins(chat.id).then(
      pins => {
        if (!current) return;
        left.current = [];
        asked.value = pins;
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [chat.id, asks, chat.changedElsewhere]);

  const isHeld = ({ seq }: Message) => at(history, seq) !== undefined;
  const held = heldIn(history).filter(({ pinnedAt }) => pinnedAt !== undefined);
  const away = new Map([...asked.value, ...left.current].filter(each => !isHeld(each)).map(each => [each.seq, each]));
  left.current = [...left.current.filter(each => !isHeld(each)), ...held];
  return [...away.values(), ...heldIn(history)]
    .map((message): Shown => withPending(message, state.value.changes))
    .filter(({ pinnedAt, deletedAt }) => pinnedAt !== undefined && deletedAt === undefined)
    .reduce<Shown | undefined>(
      (newest, each) => ((newest?.pinnedAt ?? '') > (each.pinnedAt ?? '') ? newest : each),
      undefined,
    );
}
