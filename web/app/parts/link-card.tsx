/** What the page says of itself to which a message leads. */
import type { Preview } from '../../client/shapes.js';
import { addressOf } from '../links.js';

export function LinkCard({ of: { url, title, description, siteName } }: { readonly of: Preview }) {
  const href = addressOf(url);
  if (href === undefined) return null;
  return (
    <a class="link-card" href={href} target="_blank" rel="noopener noreferrer" data-action tabIndex={-1}>
      <span class="link-site" dir="auto">
        {siteName ?? new URL(href).hostname}
      </span>
      {title !== undefined && <strong dir="auto">{title}</strong>}
      {description !== undefined && (
        <span class="link-words" dir="auto">
          {description}
        </span>
      )}
    </a>
  );
}
