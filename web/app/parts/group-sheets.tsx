/** Making a group, and taking people into one. */
import { useSignal } from '@preact/signals';
import type { ChatState } from '../../client/chat.js';
import { Refusal } from '../../client/refusal.js';
import type { Person } from '../../client/shapes.js';
import { client, titleOf } from '../model.js';
import { closeAbove, go } from '../route.js';
import { Field } from './field.js';
import { Name } from './name.js';
import { PeoplePicker } from './people-picker.js';
import { Sheet } from './sheet.js';
import { useForm } from './use-form.js';

const WHO = 'Find somebody by name, and choose them.';

const nobodyAt = (field: string): Refusal =>
  new Refusal('invalid', WHO, { errors: [{ path: `/${field}`, message: WHO }] });

export function NewGroup() {
  const people = useSignal<readonly Person[]>([]);
  const form = useForm(['title', 'memberIds'], async ({ title }) => {
    const userIds = people.value.map(({ id }) => id);
    if (userIds.length === 0) throw nobodyAt('memberIds');
    go(await client.createGroup(title, userIds));
  });
  return (
    <Sheet title="New group">
      <form onSubmit={form.onSubmit}>
        <Field
          label="Name of the group"
          name="title"
          required
          dir="auto"
          autocomplete="off"
          fault={form.faultAt('title')}
        />
        <PeoplePicker
          chosen={people.value}
          onChange={chosen => (people.value = chosen)}
          fault={form.faultAt('memberIds')}
        />
        <p class="fault" role="alert">
          {form.fault}
        </p>
        <button type="submit" class="primary" disabled={form.busy}>
          Make the group
        </button>
      </form>
    </Sheet>
  );
}

export function AddMembers({ chat }: { readonly chat: ChatState }) {
  const people = useSignal<readonly Person[]>([]);
  const form = useForm(['userId'], async () => {
    if (people.value.length === 0) throw nobodyAt('userId');
    for (const person of people.value) {
      await client.addMember(chat.id, person.id);
      // Who is in need not be added again when the next one fails.
      people.value = people.value.filter(({ id }) => id !== person.id);
    }
    await closeAbove('dialog');
  });
  return (
    <Sheet
      title={
        <>
          Add to <Name of={titleOf(chat)} />
        </>
      }
    >
      <form onSubmit={form.onSubmit}>
        <PeoplePicker
          chosen={people.value}
          onChange={chosen => (people.value = chosen)}
          except={userId => chat.members[userId] !== undefined}
          fault={form.faultAt('userId')}
        />
        <p class="fault" role="alert">
          {form.fault}
        </p>
        <button type="submit" class="primary" disabled={form.busy}>
          Add
        </button>
      </form>
    </Sheet>
  );
}
