/** A message's text: as it was written, with its links as links. */

const LINK = /\bhttps?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]]/g;

export function Text({ body }: { readonly body: string }) {
  const parts: (string | preact.JSX.Element)[] = [];
  let end = 0;
  for (const { 0: href, index } of body.matchAll(LINK)) {
    parts.push(
      body.slice(end, index),
      <a href={href} target="_blank" rel="noopener noreferrer">
        {href}
      </a>,
    );
    end = index + href.length;
  }
  return (
    <span class="text" dir="auto">
      {parts}
      {body.slice(end)}
    </span>
  );
}
