/** Oneself: names, how the page looks, the devices that are signed in, and what developers want to see. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Session } from '../../client/shapes.js';
import { signOut } from '../membership.js';
import { client, me } from '../model.js';
import { ask, wireOpen } from '../overlays.js';
import { back } from '../route.js';
import { THEMES, theme } from '../theme.js';
import { ago } from '../time.js';
import { wordsOf } from '../words.js';
import { Field } from './field.js';
import { Sheet } from './sheet.js';
import { useForm } from './use-form.js';

export function Settings() {
  return (
    <Sheet title="Settings">
      <Profile />
      <Look />
      <Devices />
      <Developers />
      <button type="button" class="link danger" onClick={leave}>
        Sign out
      </button>
    </Sheet>
  );
}

async function leave(): Promise<void> {
  const sure = await ask({
    title: 'Sign out?',
    text: 'What you have written and not sent yet is lost on this device.',
    yes: 'Sign out',
  });
  if (!sure) return;
  await back();
  await signOut();
}

function Profile() {
  const saved = useSignal(false);
  const form = useForm(['displayName', 'username'], async names => {
    saved.value = false;
    await client.rename(names);
    saved.value = true;
  });
  const user = me.value;
  if (!user) return null;
  return (
    <form onInput={() => (saved.value = false)} onSubmit={form.onSubmit}>
      <Field
        label="Your name"
        name="displayName"
        defaultValue={user.displayName}
        required
        dir="auto"
        autocomplete="name"
        fault={form.faultAt('displayName')}
      />
      <Field
        label="User name"
        name="username"
        defaultValue={user.username}
        required
        minLength={3}
        maxLength={32}
        pattern="[A-Za-z0-9_]+"
        hint="3 to 32 letters (a–z), digits or _"
        autocomplete="username"
        spellcheck={false}
        fault={form.faultAt('username')}
      />
      <p class="fault" role="alert">
        {form.fault}
      </p>
      <div class="row">
        <button type="submit" class="secondary" disabled={form.busy}>
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
  const fault = useSignal<string | undefined>(undefined);
  const show = (thrown: unknown) => {
    fault.value = wordsOf(thrown);
  };
  const load = () =>
    client.sessions().then(found => {
      sessions.value = found;
    });
  async function end(id: string, name: string): Promise<void> {
    const sure = await ask({
      title: `Sign out ${name}?`,
      text: 'Whoever uses it has to sign in there again. What was written there and not sent is lost.',
      yes: 'Sign it out',
    });
    if (!sure) return;
    fault.value = undefined;
    await client.endSession(id).then(load).catch(show);
  }
  useEffect(() => void load().catch(show), []);
  return (
    <section aria-label="Devices">
      <h3>Devices</h3>
      <ul class="devices">
        {sessions.value.map(({ id, device, lastUsedAt, current }) => (
          <li key={id}>
            <span>
              <strong>
                <bdi>{device ?? 'A device'}</bdi>
              </strong>
              <small>{current ? 'this device' : `active ${ago(lastUsedAt)}`}</small>
            </span>
            {!current && (
              <button
                type="button"
                class="link danger"
                aria-label={`Sign out ${device ?? 'a device'}`}
                onClick={() => end(id, device ?? 'this device')}
              >
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
      <p class="fault" role="alert">
        {fault.value}
      </p>
    </section>
  );
}

const Developers = () => (
  <details class="developers">
    <summary>For developers</summary>
    <label class="check">
      <input
        type="checkbox"
        checked={wireOpen.value}
        onChange={event => (wireOpen.value = event.currentTarget.checked)}
      />
      Show the wire: what travels on this connection
    </label>
    <p>
      <a href="/docs" target="_blank" rel="noopener">
        The API, to read and to try
      </a>
    </p>
  </details>
);
