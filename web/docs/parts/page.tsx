/** The whole page: what there is on the left, all of it on the right. */
import type { LiveEvent } from '../asyncapi.js';
import type { DocumentInfo, Schema } from '../document.js';
import type { Operation } from '../openapi.js';
import { Console } from './console.js';
import { EventPart } from './event.js';
import { OperationPart } from './operation.js';
import { shapeId, Whole } from './schema.js';
import { Text } from './text.js';
import { Token } from './token.js';

interface Props {
  readonly rest: { readonly about: DocumentInfo; readonly operations: readonly Operation[] };
  readonly live: { readonly about: DocumentInfo; readonly events: readonly LiveEvent[] };
  readonly shapes: Readonly<Record<string, Schema>>;
}

const KINDS = [
  ['sent', 'What clients send'],
  ['heard', 'What clients hear'],
  ['queued', 'What is in the queues'],
  ['announced', 'Facts that services may subscribe to'],
] as const;

export function Page({ rest, live, shapes }: Props) {
  const tags = [...new Set(rest.operations.map(({ tag }) => tag))];
  const withTag = (tag: string) => rest.operations.filter(operation => operation.tag === tag);
  const ofKind = (kind: string) => live.events.filter(event => event.kind === kind);
  return (
    <div class="docs">
      <nav aria-label="Contents">
        <p>
          <a href="/">Mini-Telegram</a>
        </p>
        {tags.map(tag => (
          <Contents
            key={tag}
            title={tag}
            entries={withTag(tag).map(({ id, method, path }) => [id, `${method} ${path}`])}
          />
        ))}
        {KINDS.map(([kind, title]) => (
          <Contents key={kind} title={title} entries={ofKind(kind).map(({ id, name }) => [id, name])} />
        ))}
        <Contents title="Shapes" entries={Object.keys(shapes).map(name => [shapeId(name), name])} />
      </nav>
      <main>
        <header>
          <h1>{rest.about.title}: the API</h1>
          <p class="soft">
            Version {rest.about.version}, from <a href="/openapi.json">openapi.json</a> and{' '}
            <a href="/asyncapi.json">asyncapi.json</a>
          </p>
          <Token />
        </header>
        <section aria-labelledby="rest">
          <h2 id="rest">REST</h2>
          <Text text={rest.about.description} />
          {tags.map(tag => (
            <section key={tag} aria-label={tag}>
              <h3>{tag}</h3>
              {withTag(tag).map(operation => (
                <OperationPart key={operation.id} operation={operation} />
              ))}
            </section>
          ))}
        </section>
        <section aria-labelledby="live">
          <h2 id="live">Live connections and queues</h2>
          <Text text={live.about.description} />
          <Console />
          {KINDS.map(([kind, title]) => (
            <section key={kind} aria-label={title}>
              <h3>{title}</h3>
              {ofKind(kind).map(event => (
                <EventPart key={event.id} event={event} />
              ))}
            </section>
          ))}
        </section>
        <section aria-labelledby="shapes">
          <h2 id="shapes">Shapes</h2>
          {Object.entries(shapes).map(([name, schema]) => (
            <section key={name} id={shapeId(name)} class="shape" aria-label={name}>
              <h3>{name}</h3>
              {schema.description && <Text text={schema.description} />}
              <Whole schema={schema} />
            </section>
          ))}
        </section>
      </main>
    </div>
  );
}

const Contents = ({
  title,
  entries,
}: {
  readonly title: string;
  readonly entries: readonly (readonly [string, string])[];
}) => (
  <>
    <h2>{title}</h2>
    <ul>
      {entries.map(([id, text]) => (
        <li key={id}>
          <a href={`#${id}`}>{text}</a>
        </li>
      ))}
    </ul>
  </>
);
