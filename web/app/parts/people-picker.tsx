/** Chooses several people by searching for them. */
import { useSignal } from '@preact/signals';
import type { Person } from '../../client/shapes.js';
import { Avatar } from './avatar.js';
import { Close } from './icons.js';
import { usePeople } from './use-people.js';

interface Props {
  readonly chosen: readonly Person[];
  readonly onChange: (people: readonly Person[]) => void;
  /** Who is in already. */
  readonly except?: (userId: string) => boolean;
}

export function PeoplePicker({ chosen, onChange, except = () => false }: Props) {
  const query = useSignal('');
  const found = usePeople(query.value)?.filter(({ id }) => !except(id));
  const isChosen = (person: Person) => chosen.some(({ id }) => id === person.id);
  const without = (person: Person) => chosen.filter(({ id }) => id !== person.id);
  return (
    <div class="picker">
      <ul class="chips" aria-label="Chosen">
        {chosen.map(person => (
          <li key={person.id}>
            <button
              type="button"
              onClick={() => onChange(without(person))}
              aria-label={`Leave ${person.displayName} out`}
            >
              {person.displayName}
              <Close />
            </button>
          </li>
        ))}
      </ul>
      <input
        type="search"
        aria-label="Find people"
        placeholder="Find people by name"
        value={query.value}
        onInput={event => (query.value = event.currentTarget.value)}
        onKeyDown={event => event.key === 'Enter' && event.preventDefault()}
      />
      <ul class="picker-found" aria-label="People found">
        {found?.map(person => (
          <li key={person.id}>
            <label class="person">
              <Avatar id={person.id} name={person.displayName} />
              <span class="chat-title">{person.displayName}</span>
              <span class="chat-last">@{person.username}</span>
              <input
                type="checkbox"
                checked={isChosen(person)}
                onChange={() => onChange(isChosen(person) ? without(person) : [...chosen, person])}
              />
            </label>
          </li>
        ))}
      </ul>
      {found?.length === 0 && <p class="nothing">Nobody else is called that.</p>}
    </div>
  );
}
