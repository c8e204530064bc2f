/** Something to send: written in JSON, the example to begin with, and what came of it. */
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { Example } from '../document.js';
import type { Trial } from '../try.js';
import { Json } from './text.js';

interface Props {
  readonly examples: readonly Example[];
  readonly send: (text: string) => Promise<Trial>;
}

const written = (value: unknown): string => JSON.stringify(value, null, 2);

export function Attempt({ examples, send }: Props) {
  const id = useId();
  const text = useSignal(written(examples[0]?.value ?? {}));
  const busy = useSignal(false);
  const outcome = useSignal<Trial | undefined>(undefined);
  const fault = useSignal('');

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    busy.value = true;
    fault.value = '';
    outcome.value = undefined;
    try {
      outcome.value = await send(text.value);
    } catch (thrown) {
      fault.value = (thrown as Error).message;
    }
    busy.value = false;
  }

  return (
    <form class="attempt" onSubmit={submit}>
      {examples.length > 1 && (
        <select
          aria-label="Example"
          onChange={({ currentTarget }) => {
            text.value = written(examples[currentTarget.selectedIndex]?.value);
          }}
        >
          {examples.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
      <label for={id}>Input</label>
      <textarea
        id={id}
        spellcheck={false}
        rows={Math.min(20, text.value.split('\n').length + 1)}
        value={text}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
      />
      <button type="submit" class="primary" disabled={busy.value}>
        Send
      </button>
      <div role="status">
        {fault.value && <p class="fault">{fault.value}</p>}
        {outcome.value && <Came outcome={outcome.value} />}
      </div>
    </form>
  );
}

const Came = ({ outcome: { ok, line, ms, body } }: { readonly outcome: Trial }) => (
  <>
    <p class={ok ? 'came' : 'came fault'}>
      {line} <span class="soft">in {Math.round(ms)} ms</span>
    </p>
    {body !== undefined && <Json value={body} label="Answer" />}
  </>
);
