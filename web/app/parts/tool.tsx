/** A button that is a drawing, with its words for who hovers or hears. */
import type { ButtonHTMLAttributes, ComponentType } from 'preact';

type Props = ButtonHTMLAttributes & {
  readonly label: string;
  readonly icon: ComponentType;
};

export const Tool = ({ label, icon: Icon, ...button }: Props) => (
  <button type="button" class="tool" aria-label={label} title={label} {...button}>
    <Icon />
  </button>
);
