/** Oneself: names, how the page looks, and the devices that are signed in. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Session } from '../../client/shapes.js';
import { client, me } from '../model.js';
import { attempt, complain, dialog } from '../overlays.js';
import { go } from '../route.js';
import { THEMES, theme } from '../theme.js';
import { ago } from '../time.js';
import { Confirm } from './confirm.js';
import { Field } from './field.js';
import { Sheet } from './sheet.js';

export function Settings() {
  return (
    <Sheet title="Settings">
      <Profile />
      <Look />
      <Devices />
      <Confirm
        label="Sign out"
        question="Really sign out? What is not sent yet is lost."
        onConfirm={async () => {
          await client.signOut();
          dialog.value = undefined;
          go();
        }}
      />
    </Sheet>
  );
}

function Profile() {
  const saved = useSignal(false);
  const user = me.value;
  if (!user) return null;
  return (
    <form
      onInput={() => (saved.value = false)}
      onSubmit={async event => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        const names = {
          displayName: String(data.get('displayName')).trim(),
          username: String(data.get('username')).trim(),
        };
        saved.value = await attempt(client.rename(names));
      }}
    >
      <Field
        label="Your name"
        name="displayName"
        defaultValue={user.displayName}
        required
        maxLength={64}
        autocomplete="name"
      />
      <Field
        label="User name"
        name="username"
        defaultValue={user.username}
        required
        minLength={3}
        maxLength={32}
        pattern="[A-Za-z0-9_]+"
        autocomplete="username"
        spellcheck={false}
      />
      <div class="row">
        <button type="submit" class="secondary">
          Save
        </button>
        <span role="status">{saved.value ? 'Saved.' : ''}</span>
      </div>
    </form>
  );
}

const Look = () => (
  <fieldset class="options">
    <legend>Look</legend>
    {THEMES.map(each => (
      <label key={each}>
        <input type="radio" name="theme" checked={theme.value === each} onChange={() => (theme.value = each)} />
        <span>{each === 'system' ? 'As the system' : each === 'light' ? 'Light' : 'Dark'}</span>
      </label>
    ))}
  </fieldset>
);

function Devices() {
  const sessions = useSignal<readonly Session[]>([]);
  const load = () =>
    client.sessions().then(found => {
      sessions.value = found;
    }, complain);
  useEffect(() => void load(), []);
  return (
    <section aria-label="Devices">
      <h3>Devices</h3>
      <ul class="devices">
        {sessions.value.map(({ id, device, lastUsedAt, current }) => (
          <li key={id}>
            <span>
              <strong>{device ?? 'A device'}</strong>
              <small>{current ? 'this device' : `active ${ago(lastUsedAt)}`}</small>
            </span>
            {!current && (
              <button
                type="button"
                class="link danger"
                aria-label={`Sign out ${device ?? 'a device'}`}
                onClick={() => attempt(client.endSession(id).then(load))}
              >
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
