/** A labelled input with what is wrong with it, in plain words, below. */
import type { InputHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';

type Props = InputHTMLAttributes & {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
};

export function Field({ label, hint, fault, ...input }: Props) {
  const id = useId();
  const said = fault ?? hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...input} id={id} aria-invalid={fault !== undefined} aria-describedby={said ? `${id}-said` : undefined} />
      {said && (
        <p id={`${id}-said`} class={fault ? 'fault' : 'hint'}>
          {said}
        </p>
      )}
    </div>
  );
}
