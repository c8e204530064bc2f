/** Signing up and in: what somebody sees who is not signed in. */
import { useSignal } from '@preact/signals';
import { signedOut } from '../membership.js';
import { client } from '../model.js';
import { Field } from './field.js';
import { Mark } from './icons.js';
import { useForm } from './use-form.js';

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
  const form = useForm(['email', 'displayName', 'username', 'password'], ({ email, displayName, username }, raw) => {
    const password = String(raw.get('password'));
    if (!isNew.value) return client.signIn({ email, password, device: deviceName() });
    return client.signUp({ email, password, ...(displayName && { displayName }), ...(username && { username }) });
  });
  const choose = (value: boolean) => () => {
    isNew.value = value;
    form.clear();
  };

  return (
    <main class="welcome">
      <div class="card">
        <Mark />
        <h1>Mini-Telegram</h1>
        <p class="lead">A quiet place to talk, on a server of your own.</p>
        {signedOut.value && (
          <p class="why" role="status">
            You have been signed out: this session was ended on another device or in another tab, or it has expired.
            Sign in to go on.
          </p>
        )}
        <fieldset class="switch">
          <legend class="unseen">What would you like to do?</legend>
          <button type="button" aria-pressed={!isNew.value} onClick={choose(false)}>
            Sign in
          </button>
          <button type="button" aria-pressed={isNew.value} onClick={choose(true)}>
            Sign up
          </button>
        </fieldset>
        <form onSubmit={form.onSubmit}>
          <Field label="E-mail" name="email" type="email" autocomplete="email" required fault={form.faultAt('email')} />
          <Field
            label="Password"
            name="password"
            type="password"
            autocomplete={isNew.value ? 'new-password' : 'current-password'}
            required
            minLength={isNew.value ? 8 : 1}
            hint={
              isNew.value
                ? '8 to 128 characters: not one of the most common passwords, and not your name or e-mail address'
                : undefined
            }
            fault={form.faultAt('password')}
          />
          {isNew.value && (
            <>
              <Field
                label="Your name"
                name="displayName"
                optional
                dir="auto"
                autocomplete="name"
                hint="What others see: up to 64 characters"
                fault={form.faultAt('displayName')}
              />
              <Field
                label="User name"
                name="username"
                optional
                autocomplete="username"
                autocapitalize="none"
                spellcheck={false}
                minLength={3}
                maxLength={32}
                pattern="[A-Za-z0-9_]+"
                hint="How others find you: 3 to 32 letters (a–z), digits or _"
                fault={form.faultAt('username')}
              />
            </>
          )}
          <p class="fault" role="alert">
            {form.fault}
          </p>
          <button type="submit" class="primary" disabled={form.busy}>
            {isNew.value ? 'Create an account' : 'Sign in'}
          </button>
        </form>
      </div>
    </main>
  );
}
