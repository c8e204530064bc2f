/** People whose name fits what is searched for; choosing one opens the conversation with them. */
import type { Person } from '../../client/shapes.js';
import { client } from '../model.js';
import { attempt } from '../overlays.js';
import { go } from '../route.js';
import { Avatar } from './avatar.js';
import { Name } from './name.js';
import { usePeople } from './use-people.js';

interface Props {
  readonly query: string;
  readonly onDone: () => void;
}

export function PeopleFound({ query, onDone }: Props) {
  const { found, fault, pending } = usePeople(query);
  const talk = (person: Person) =>
    attempt(
      client.openDirect(person.id).then(chatId => {
        onDone();
        go(chatId);
      }),
    );
  return (
    <section class="found" aria-label="People" aria-busy={pending}>
      <h2>People</h2>
      <ul>
        {found?.map(person => (
          <li key={person.id}>
            <button type="button" class="person" onClick={() => talk(person)}>
              <Avatar id={person.id} name={person.displayName} />
              <span class="chat-title">
                <Name of={person.displayName} />
              </span>
              <span class="chat-last">@{person.username}</span>
            </button>
          </li>
        ))}
      </ul>
      <p class="nothing" role="status">
        {fault ?? (found?.length === 0 ? 'Nobody is called that.' : pending && !found ? 'Searching…' : '')}
      </p>
    </section>
  );
}
