/** A small drawing that says something about what it stands at. */
import type { ComponentType } from 'preact';

export const Sign = ({ is: Icon, label }: { readonly is: ComponentType; readonly label: string }) => (
  <span class="sign" role="img" aria-label={label} title={label}>
    <Icon />
  </span>
);
