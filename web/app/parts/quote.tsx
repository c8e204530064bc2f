/** Words of another message: what is answered, edited or pinned. */
import { myId, nameOf } from '../model.js';
import type { Shown } from '../rows.js';
import { inPassing } from '../summary.js';
import { Name } from './name.js';

export const GONE = 'This message was deleted';

const textOf = (of: Shown): string => (of.deletedAt ? GONE : inPassing(of));

export const Quoted = ({ of, title }: { readonly of: Shown; readonly title?: string | undefined }) => (
  <>
    <strong>{title ?? (of.senderId === myId.value ? 'You' : <Name of={nameOf(of.senderId)} />)}</strong>
    <span dir="auto">{textOf(of)}</span>
  </>
);

/** Above an answer. */
export const Quote = ({ of, onClick }: { readonly of: Shown | undefined; readonly onClick: () => void }) => (
  <button type="button" class="quote" title="Show this message" data-action tabIndex={-1} onClick={onClick}>
    <span class="unseen">In answer to </span>
    {of ? <Quoted of={of} /> : 'An earlier message'}
  </button>
);
