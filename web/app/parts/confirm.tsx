/** A button for what cannot be undone: it asks once more. */
import { useSignal } from '@preact/signals';

interface Props {
  readonly label: string;
  /** What the button says when it asks. */
  readonly question: string;
  readonly onConfirm: () => void;
}

export function Confirm({ label, question, onConfirm }: Props) {
  const asking = useSignal(false);
  return (
    <button
      type="button"
      class="link danger"
      onClick={() => {
        if (asking.value) onConfirm();
        asking.value = !asking.value;
      }}
      onBlur={() => (asking.value = false)}
    >
      {asking.value ? question : label}
    </button>
  );
}
