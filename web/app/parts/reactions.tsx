/** The reactions to a message, each with how many there are; one's own are marked, and a click sets or withdraws. */
import { client } from '../model.js';
import type { Shown } from '../rows.js';

export function Reactions({ message, open }: { readonly message: Shown; readonly open: boolean }) {
  const { reactions = [], mine = [] } = message;
  if (reactions.length === 0) return null;
  return (
    <span class="reactions">
      {reactions.map(({ emoji, count }) => (
        <button
          key={emoji}
          type="button"
          aria-pressed={mine.includes(emoji)}
          aria-label={`${emoji} ${count}`}
          disabled={!open}
          data-action
          tabIndex={-1}
          onClick={() => client.react(message, emoji, !mine.includes(emoji))}
        >
          {emoji} <span>{count}</span>
        </button>
      ))}
    </span>
  );
}
