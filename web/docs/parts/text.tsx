/** The little of Markdown that the documents have: paragraphs, lists and code. */

export function Text({ text }: { readonly text: string }) {
  const lines = text.split('\n');
  const items = lines.filter(line => line.startsWith('- '));
  const rest = lines.filter(line => !line.startsWith('- ')).join(' ');
  return (
    <>
      {rest && (
        <p>
          <Inline text={rest} />
        </p>
      )}
      {items.length > 0 && (
        <ul class="terms">
          {items.map(item => (
            <li key={item}>
              <Inline text={item.slice(2)} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What stands between two backticks is code: every other piece. */
export const Inline = ({ text }: { readonly text: string }) => (
  <>{text.split('`').map((piece, at) => (at % 2 === 1 ? <code key={`${at}`}>{piece}</code> : piece))}</>
);

export const Json = ({ value, label }: { readonly value: unknown; readonly label: string }) => (
  <figure aria-label={label}>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse. */}
    <pre tabIndex={0}>{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>
  </figure>
);
