/** A message's text: as it was written, with its links as links. */
import { linksIn } from '../links.js';

export function Text({ body }: { readonly body: string }) {
  const parts: (string | preact.JSX.Element)[] = [];
  let end = 0;
  for (const { from, to, href } of linksIn(body)) {
    parts.push(
      body.slice(end, from),
      <a href={href} target="_blank" rel="noopener noreferrer">
        {body.slice(from, to)}
      </a>,
    );
    end = to;
  }
  return (
    <span class="text" dir="auto">
      {parts}
      {body.slice(end)}
    </span>
  );
}
