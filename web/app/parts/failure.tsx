/** Why a message was not sent or not changed, and what one may do then. */
import type { Change, PendingChange } from '../../client/state.js';
import { edit } from '../editing.js';
import { client } from '../model.js';
import type { Shown } from '../rows.js';
import { sentence } from '../words.js';

interface Way {
  readonly label: string;
  readonly run: () => void;
}

const Failure = ({ why, ways }: { readonly why: string; readonly ways: readonly Way[] }) => (
  <span class="failure">
    <span class="fault" role="alert">
      {why}
    </span>
    {ways.map(({ label, run }) => (
      <button key={label} type="button" class="link" data-action tabIndex={-1} onClick={run}>
        {label}
      </button>
    ))}
  </span>
);

export const NotSent = ({ message: { clientId, pending } }: { readonly message: Shown }) => (
  <Failure
    why={sentence(pending?.reason ?? 'it was not sent')}
    ways={[
      { label: 'Try again', run: () => client.retry(clientId) },
      { label: 'Give up', run: () => client.discard(clientId) },
    ]}
  />
);

const NOT: Readonly<Record<Change['kind'], string>> = {
  edit: 'Not edited',
  delete: 'Not deleted',
  react: 'Your reaction was not taken',
  pin: 'Not pinned or unpinned',
};

interface Props {
  readonly message: Shown;
  readonly failed: PendingChange;
  readonly editable: boolean;
}

export function NotChanged({ message, failed: { id, change, reason }, editable }: Props) {
  const dismiss = { label: 'Dismiss', run: () => client.keep(id) };
  const again = (wanted: Extract<Change, { kind: 'edit' }>) => ({
    label: 'Edit again',
    run() {
      edit(message, wanted);
      client.keep(id);
    },
  });
  return (
    <Failure
      why={`${NOT[change.kind]}. ${sentence(reason ?? '')}`}
      ways={change.kind === 'edit' && editable ? [again(change), dismiss] : [dismiss]}
    />
  );
}
