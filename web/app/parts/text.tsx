/** A message's text: as it was written, with what its stretches are. Nothing in it is taken for markup. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Entity } from '../../client/shapes.js';
import { meet } from '../direct.js';
import { meansUser, type Piece, piecesOf } from '../entities.js';
import { addressOf } from '../links.js';
import { myId } from '../model.js';
import type { Shown } from '../rows.js';

export const Text = ({ of }: { readonly of: Shown }) => (
  <span class="text" dir="auto">
    <Pieces of={of} pieces={piecesOf(of)} />
  </span>
);

interface Props {
  readonly of: Shown;
  readonly pieces: readonly Piece[];
}

const Pieces = ({ of, pieces }: Props) => (
  <>
    {pieces.map((piece, at) =>
      typeof piece === 'string' ? piece : <Stretch key={at} of={of} entity={piece.entity} pieces={piece.pieces} />,
    )}
  </>
);

function Stretch({ of, entity, pieces }: Props & { readonly entity: Entity }) {
  const { type, offset, length } = entity;
  const children = <Pieces of={of} pieces={pieces} />;
  switch (type) {
    case 'bold':
      return <strong>{children}</strong>;
    case 'italic':
      return <em>{children}</em>;
    case 'strike':
      return <s>{children}</s>;
    case 'code':
      return <code>{children}</code>;
    case 'pre':
      return <code class="pre">{children}</code>;
    case 'spoiler':
      return <Spoiler>{children}</Spoiler>;
    case 'mention': {
      const { userId } = entity;
      if (meansUser(of, entity, myId.value)) return <mark class="mention">{children}</mark>;
      if (userId === undefined || userId === myId.value) return <span class="mention">{children}</span>;
      return (
        <button type="button" class="mention" data-action tabIndex={-1} onClick={() => void meet(userId)}>
          {children}
        </button>
      );
    }
    case 'link':
      return (
        <Link text={of.body.slice(offset, offset + length)} {...(entity.url !== undefined && { url: entity.url })}>
          {children}
        </Link>
      );
    default:
      return <span class="tag">{children}</span>;
  }
}

interface LinkProps {
  readonly text: string;
  readonly url?: string;
  readonly children: ComponentChildren;
}

/** One that leads elsewhere than it says shows where on hovering. */
function Link({ text, url, children }: LinkProps) {
  const href = addressOf(url ?? text);
  if (href === undefined) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" {...(url !== undefined && { title: href })}>
      {children}
    </a>
  );
}

/** Covered until somebody wants to see it, also for who hears it. */
function Spoiler({ children }: { readonly children: ComponentChildren }) {
  const shown = useSignal(false);
  if (shown.value) return <span class="spoiler">{children}</span>;
  return (
    <button
      type="button"
      class="spoiler"
      aria-label="Hidden text, show it"
      title="Show"
      data-action
      tabIndex={-1}
      onClick={() => (shown.value = true)}
    >
      <span aria-hidden="true" inert>
        {children}
      </span>
    </button>
  );
}
