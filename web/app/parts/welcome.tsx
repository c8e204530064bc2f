/** Signing up and in: what somebody sees who is not signed in. */
import { useSignal } from '@preact/signals';
import type { TargetedSubmitEvent } from 'preact';
import { Refusal } from '../../client/refusal.js';
import { client } from '../model.js';
import { sentence } from '../overlays.js';
import { Field } from './field.js';
import { Mark } from './icons.js';

/** As people call it in a list of their devices. */
function deviceName(): string {
  const agent = navigator.userAgent;
  const found = (names: Record<string, RegExp>) =>
    Object.entries(names).find(([, pattern]) => pattern.test(agent))?.[0];
  const browser = found({ Edge: /Edg/, Firefox: /Firefox/, Chrome: /Chrom/, Safari: /Safari/ });
  const system = found({
    Android: /Android/,
    iPhone: /iPhone/,
    iPad: /iPad/,
    Windows: /Windows/,
    Mac: /Mac OS/,
    Linux: /Linux/,
  });
  return [browser ?? 'A browser', system].filter(Boolean).join(' on ');
}

export function Welcome() {
  const isNew = useSignal(false);
  const busy = useSignal(false);
  const refusal = useSignal<Refusal | undefined>(undefined);
  const faultAt = (name: string) => {
    const fault = refusal.value?.details.errors?.find(({ path }) => path === `/${name}`);
    return fault && sentence(fault.message);
  };

  async function submit(event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? '').trim();
    const [email, password] = [text('email'), String(data.get('password'))];
    const names = Object.fromEntries(
      ['displayName', 'username'].flatMap(name => (text(name) ? [[name, text(name)]] : [])),
    );
    busy.value = true;
    refusal.value = undefined;
    try {
      await (isNew.value
        ? client.signUp({ email, password, ...names })
        : client.signIn({ email, password, device: deviceName() }));
    } catch (thrown) {
      refusal.value = Refusal.from(thrown);
    }
    busy.value = false;
  }

  const choose = (value: boolean) => () => {
    isNew.value = value;
    refusal.value = undefined;
  };
  const general = refusal.value && !refusal.value.details.errors && sentence(refusal.value.message);

  return (
    <main class="welcome">
      <div class="card">
        <Mark />
        <h1>Mini-Telegram</h1>
        <p class="lead">A quiet place to talk, on a server of your own.</p>
        <fieldset class="switch">
          <legend class="unseen">What would you like to do?</legend>
          <button type="button" aria-pressed={!isNew.value} onClick={choose(false)}>
            Sign in
          </button>
          <button type="button" aria-pressed={isNew.value} onClick={choose(true)}>
            Sign up
          </button>
        </fieldset>
        <form onSubmit={submit}>
          {isNew.value && (
            <>
              <Field
                label="Your name"
                name="displayName"
                autocomplete="name"
                maxLength={64}
                fault={faultAt('displayName')}
              />
              <Field
                label="User name"
                name="username"
                autocomplete="username"
                autocapitalize="none"
                spellcheck={false}
                minLength={3}
                maxLength={32}
                pattern="[A-Za-z0-9_]+"
                hint="By which others find you: letters, digits and _"
                fault={faultAt('username')}
              />
            </>
          )}
          <Field label="E-mail" name="email" type="email" autocomplete="email" required fault={faultAt('email')} />
          <Field
            label="Password"
            name="password"
            type="password"
            autocomplete={isNew.value ? 'new-password' : 'current-password'}
            required
            minLength={isNew.value ? 8 : 1}
            maxLength={256}
            hint={isNew.value ? 'Eight characters or more' : undefined}
            fault={faultAt('password')}
          />
          <p class="fault" role="alert">
            {general}
          </p>
          <button type="submit" class="primary" disabled={busy.value}>
            {isNew.value ? 'Create an account' : 'Sign in'}
          </button>
        </form>
      </div>
    </main>
  );
}
