/** One event of live connections, or one kind of message in a queue. */
import type { LiveEvent, Shown } from '../asyncapi.js';
import { emit } from '../try.js';
import { Attempt } from './attempt.js';
import { Whole } from './schema.js';
import { Inline, Json, Text } from './text.js';

const KINDS = { sent: 'send', heard: 'hear', queued: 'queue', announced: 'fact' } as const;

export const EventPart = ({ event }: { readonly event: LiveEvent }) => {
  const { id, kind, name, summary, description, payload, replies } = event;
  return (
    <details class="part" id={id}>
      <summary>
        <h4>
          <span class={`kind ${kind}`}>{KINDS[kind]}</span> <code>{name}</code>
        </h4>
        <p>
          <Inline text={summary} />
        </p>
      </summary>
      <div class="two">
        <div>
          <Text text={description} />
          <h5>Data</h5>
          <Whole schema={payload.schema} />
          {replies.length > 0 && <h5>Acknowledgements</h5>}
          {replies.map(reply => (
            <Reply key={reply.title} reply={reply} />
          ))}
        </div>
        {kind === 'sent' ? (
          <Attempt examples={[{ name: 'example', value: payload.example }]} send={text => emit(name, text)} />
        ) : (
          <Json value={payload.example} label="Example" />
        )}
      </div>
    </details>
  );
};

const Reply = ({ reply: { title, schema, example } }: { readonly reply: Shown }) => (
  <>
    <Whole schema={schema} />
    <details class="example">
      <summary>Example</summary>
      <Json value={example} label={`Example: ${title}`} />
    </details>
  </>
);
