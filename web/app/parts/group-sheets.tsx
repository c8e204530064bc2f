/** Making a group, and taking people into one. */
import { useSignal } from '@preact/signals';
import type { ChatState } from '../../client/chat.js';
import type { Person } from '../../client/shapes.js';
import { client, titleOf } from '../model.js';
import { attempt, dialog } from '../overlays.js';
import { go } from '../route.js';
import { Field } from './field.js';
import { PeoplePicker } from './people-picker.js';
import { Sheet } from './sheet.js';

export function NewGroup() {
  const people = useSignal<readonly Person[]>([]);
  return (
    <Sheet title="New group">
      <form
        onSubmit={async event => {
          event.preventDefault();
          const title = String(new FormData(event.currentTarget).get('title')).trim();
          const made = client
            .createGroup(
              title,
              people.value.map(({ id }) => id),
            )
            .then(go);
          if (await attempt(made)) dialog.value = undefined;
        }}
      >
        <Field label="Name of the group" name="title" required maxLength={128} autocomplete="off" />
        <PeoplePicker chosen={people.value} onChange={chosen => (people.value = chosen)} />
        <button type="submit" class="primary" disabled={people.value.length === 0}>
          Make the group
        </button>
      </form>
    </Sheet>
  );
}

export function AddMembers({ chat }: { readonly chat: ChatState }) {
  const people = useSignal<readonly Person[]>([]);
  return (
    <Sheet title={`Add to ${titleOf(chat)}`}>
      <form
        onSubmit={async event => {
          event.preventDefault();
          const added = Promise.all(people.value.map(({ id }) => client.addMember(chat.id, id)));
          if (await attempt(added)) dialog.value = undefined;
        }}
      >
        <PeoplePicker
          chosen={people.value}
          onChange={chosen => (people.value = chosen)}
          except={userId => chat.members[userId] !== undefined}
        />
        <button type="submit" class="primary" disabled={people.value.length === 0}>
          Add
        </button>
      </form>
    </Sheet>
  );
}
