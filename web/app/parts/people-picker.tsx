/** Chooses several people by searching for them. */
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { Person } from '../../client/shapes.js';
import { isolated } from '../bidi.js';
import { Avatar } from './avatar.js';
import { Close } from './icons.js';
import { Name } from './name.js';
import { usePeople } from './use-people.js';

interface Props {
  readonly chosen: readonly Person[];
  readonly onChange: (people: readonly Person[]) => void;
  /** Who is in already. */
  readonly except?: (userId: string) => boolean;
  /** What is wrong with those who are chosen. */
  readonly fault?: string | undefined;
}

export function PeoplePicker({ chosen, onChange, except = () => false, fault: wrong }: Props) {
  const query = useSignal('');
  const id = useId();
  const { found: all, fault: failed, pending } = usePeople(query.value);
  const found = all?.filter(person => !except(person.id));
  const isChosen = (person: Person) => chosen.some(each => each.id === person.id);
  const without = (person: Person) => chosen.filter(each => each.id !== person.id);
  const fault = wrong ?? failed;
  return (
    <div class="picker">
      <ul class="chips" aria-label="Chosen">
        {chosen.map(person => (
          <li key={person.id}>
            <button
              type="button"
              onClick={() => onChange(without(person))}
              aria-label={`Leave ${isolated(person.displayName)} out`}
            >
              <Name of={person.displayName} />
              <Close />
            </button>
          </li>
        ))}
      </ul>
      <input
        type="search"
        dir="auto"
        aria-label="Find people"
        aria-invalid={wrong !== undefined}
        aria-describedby={`${id}-fault`}
        placeholder="Find people by name"
        value={query.value}
        onInput={event => (query.value = event.currentTarget.value)}
        onKeyDown={event => event.key === 'Enter' && event.preventDefault()}
      />
      <p id={`${id}-fault`} class="fault" role="alert">
        {fault}
      </p>
      <ul class="picker-found" aria-label="People found" aria-busy={pending}>
        {found?.map(person => (
          <li key={person.id}>
            <label class="person">
              <Avatar id={person.id} name={person.displayName} />
              <span class="chat-title">
                <Name of={person.displayName} />
              </span>
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
      <p class="nothing" role="status">
        {found?.length === 0 && !pending ? 'Nobody else is called that.' : pending && !found ? 'Searching…' : ''}
      </p>
    </div>
  );
}
