/** A labelled input, with what it takes and what is wrong with it in plain words below. */
import type { InputHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';

type Props = InputHTMLAttributes & {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  /** Said with the label: it may be left empty. */
  readonly optional?: boolean;
};

export function Field({ label, hint, fault, optional, ...input }: Props) {
  const id = useId();
  const said = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional && <span class="optional"> (optional)</span>}
      </label>
      <input {...input} id={id} aria-invalid={fault !== undefined} aria-describedby={said || undefined} />
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
      <p id={`${id}-fault`} class="fault" role="alert">
        {fault}
      </p>
    </div>
  );
}
