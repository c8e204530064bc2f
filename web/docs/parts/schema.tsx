/** A JSON Schema, for people. What has a name is shown once, among the shapes, and referred to everywhere else. */
import type { ComponentChildren } from 'preact';
import type { Schema } from '../document.js';
import type { Parameter } from '../openapi.js';
import { Inline } from './text.js';

export const shapeId = (name: string): string => `shape-${name}`;

/** The name of a type, as a line of code would write it. */
function Type({ schema }: { readonly schema: Schema }): ComponentChildren {
  const { $ref, anyOf, oneOf, type, items, patternProperties } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return <a href={`#${shapeId(name)}`}>{name}</a>;
  }
  if ('const' in schema) return JSON.stringify(schema.const);
  const branches = anyOf ?? oneOf;
  if (branches) {
    return branches.map((each, at) => [at > 0 && ' | ', <Type key={`${at}`} schema={each} />]);
  }
  if (type === 'array' && items) return [<Type key="item" schema={items} />, '[]'];
  const [values] = Object.values(patternProperties ?? {});
  if (values) return ['{ [name]: ', <Type key="value" schema={values} />, ' }'];
  return type ?? 'anything';
}

/** A pattern longer than this says nothing to who reads it. */
const READABLE = 40;

function bounds({ minLength, maxLength, minimum, maximum, minItems, maxItems, pattern, ...rest }: Schema): string[] {
  const range = (least: number | undefined, most: number | undefined, what: string): string[] => {
    const limit = most === undefined || most >= Number.MAX_SAFE_INTEGER ? undefined : most;
    if (limit === undefined) return least === undefined ? [] : [`≥ ${least}${what}`];
    return [least === undefined ? `≤ ${limit}${what}` : `${least}…${limit}${what}`];
  };
  return [
    ...range(minimum, maximum, ''),
    ...range(minLength, maxLength, ' characters'),
    ...range(minItems, maxItems, ' items'),
    ...(pattern !== undefined && pattern.length <= READABLE && !pattern.includes('\\u') ? [`\`${pattern}\``] : []),
    ...(rest.default === undefined ? [] : [`\`${JSON.stringify(rest.default)}\` if left out`]),
  ];
}

interface Row {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  readonly place?: string;
}

const Rows = ({ rows }: { readonly rows: readonly Row[] }) => (
  <dl class="members">
    {rows.map(({ name, schema, required, place }) => (
      <div key={name}>
        <dt>
          <code>{name}</code>
          {!required && <span class="soft"> optional</span>}
          {place && <span class="soft"> in the {place}</span>}
        </dt>
        <dd>
          <code class="type">
            <Type schema={schema} />
          </code>
          <span class="soft">
            {bounds(schema).map(bound => (
              <>
                {' · '}
                <Inline text={bound} />
              </>
            ))}
          </span>
          {schema.description && (
            <p>
              <Inline text={schema.description} />
            </p>
          )}
          {schema.properties && <Members schema={schema} />}
          {schema.items?.properties && <Members schema={schema.items} />}
        </dd>
      </div>
    ))}
  </dl>
);

const rowsOf = ({ properties = {}, required = [] }: Schema): Row[] =>
  Object.entries(properties).map(([name, schema]) => ({ name, schema, required: required.includes(name) }));

const Members = ({ schema }: { readonly schema: Schema }) => <Rows rows={rowsOf(schema)} />;

/** Path, query and body together, as they are one to the function. */
export const Input = ({
  parameters,
  body,
}: {
  readonly parameters: readonly Parameter[];
  readonly body?: Schema | undefined;
}) => {
  const rows = [...parameters.map(({ in: place, ...parameter }) => ({ ...parameter, place })), ...rowsOf(body ?? {})];
  return rows.length > 0 ? <Rows rows={rows} /> : null;
};

/** Its name where it has one, else what it is made of. */
export const Whole = ({ schema }: { readonly schema: Schema }) =>
  schema.properties ? (
    <Members schema={schema} />
  ) : (
    <p>
      <code class="type">
        <Type schema={schema} />
      </code>
    </p>
  );
