/** The access token that requests and connections are made with. */
import { useId } from 'preact/hooks';
import { token } from '../try.js';

export function Token() {
  const id = useId();
  return (
    <div class="field token">
      <label for={id}>Access token</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={token}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => {
          token.value = currentTarget.value.trim();
        }}
      />
      <p id={`${id}-hint`} class="hint">
        <a href="#register">Sign up</a>, <a href="#login">sign in</a> or <a href="#refresh">refresh</a> below, and it is
        filled in. This tab forgets it when it is closed.
      </p>
    </div>
  );
}
