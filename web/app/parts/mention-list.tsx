/**
 * Whom one may mention, above where one writes: the focus stays there, and the text box says which of the options is meant.
 * It stays a text box by its role: https://www.w3.org/TR/html-aria/#el-textarea
 */
import { Avatar } from './avatar.js';
import { Name } from './name.js';
import type { Mentions } from './use-mentions.js';

/** What the text box says of the list while there is one. */
export const completionOf = ({ people, active }: Mentions, id: string) =>
  people.length > 0 && {
    'aria-autocomplete': 'list' as const,
    'aria-haspopup': 'listbox' as const,
    'aria-controls': id,
    'aria-activedescendant': `${id}-${active}`,
  };

export const MentionList = ({ mentions, id }: { readonly mentions: Mentions; readonly id: string }) => {
  const { people, active, choose } = mentions;
  return (
    <>
      {people.length > 0 && (
        <div class="mentions" role="listbox" id={id} aria-label="Members to mention">
          {people.map((person, at) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text box's.
            // biome-ignore lint/a11y/useFocusableInteractive: the text box keeps the focus.
            <div
              key={person.id}
              id={`${id}-${at}`}
              class="person"
              role="option"
              aria-selected={at === active}
              onPointerDown={event => event.preventDefault()}
              onClick={() => choose(person)}
            >
              <Avatar id={person.id} name={person.displayName} size="small" />
              <span class="chat-title">
                <Name of={person.displayName} />
              </span>
              <span class="chat-last">@{person.username}</span>
            </div>
          ))}
        </div>
      )}
      <span class="unseen" role="status">
        {people.length > 0 && `${people.length} to mention: choose with the arrow keys and Enter`}
      </span>
    </>
  );
};
