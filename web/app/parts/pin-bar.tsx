/** The newest pin, above the messages; it leads to the message. */
import type { Shown } from '../rows.js';
import { Pin } from './icons.js';
import { Quoted } from './quote.js';

export const PinBar = ({ message, onClick }: { readonly message: Shown; readonly onClick: () => void }) => (
  <button type="button" class="pin-bar" title="Show this message" onClick={onClick}>
    <Pin />
    <span class="quote">
      <Quoted of={message} title="Pinned message" />
    </span>
  </button>
);
