/** The operations of an OpenAPI document. */
import { type Document, type Example, resolved, type Schema } from './document.js';

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  /** Nobody has to sign in for it. */
  readonly open: boolean;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly type: string; readonly schema: Schema };
  /** Path, query and body as one object; each has a member of its name in one place only. */
  readonly examples: readonly Example[];
  readonly answers: readonly Response[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface Response {
  readonly status: string;
  readonly description: string;
  readonly schema?: Schema;
  readonly example?: unknown;
}

interface Content {
  /** None of bytes. */
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Written {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Written>>>>;

export const readOperations = (document: Document): Operation[] =>
  Object.entries((document as Document & { paths: Paths }).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, written]) => operation(document, path, method, written)),
  );

function operation(document: Document, path: string, method: string, written: Written): Operation {
  const { operationId, tags = [], summary, description = '', security, parameters = [], requestBody } = written;
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const given = Object.fromEntries(
    parameters.flatMap(({ name, example }) => (example === undefined ? [] : [[name, example]])),
  );
  const bodies: Example[] = content?.examples
    ? Object.entries(content.examples).map(([name, { value }]) => ({ name, value }))
    : [{ name: 'example', value: content?.example ?? {} }];
  return {
    id: operationId,
    method: method.toUpperCase(),
    path,
    tag: tags[0] ?? 'others',
    summary,
    description,
    open: security?.length === 0,
    parameters,
    ...(type !== undefined && content && { body: { type, schema: resolved<Schema>(document, content.schema ?? {}) } }),
    examples: bodies.map(({ name, value }) => ({ name, value: { ...given, ...(value as object) } })),
    answers: Object.entries(written.responses).map(([status, answer]) => answerOf(document, status, answer)),
  };
}

function answerOf(document: Document, status: string, answer: unknown): Response {
  const { description, content = {} } = resolved<{ description: string; content?: Record<string, Content> }>(
    document,
    answer,
  );
  const [told] = Object.values(content);
  const example = told?.example ?? Object.values(told?.examples ?? {})[0]?.value;
  return {
    status,
    description,
    ...(told?.schema && { schema: told.schema }),
    ...(example !== undefined && { example }),
  };
}
