/** The API's documents as their readers take them apart: what may be sent, and what comes of it. */

type Json = Readonly<Record<string, unknown>>;

interface Components {
  readonly components: { readonly schemas: Json } & Json;
}

export interface OpenDocument extends Components, Json {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Written>>>>;
}

interface Written {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: unknown;
  readonly example?: unknown;
}

interface Content {
  readonly content?: Readonly<
    Record<string, { schema: unknown; example?: unknown; examples?: Record<string, { value: unknown }> }>
  >;
}

/** A body, of a request or of an answer with this status. `type` is its media type, '' where there is no body. */
interface Body {
  readonly status: string;
  readonly type: string;
  readonly schema: unknown;
  readonly examples: readonly unknown[];
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly tags: readonly string[];
  readonly summary: string;
  /** Nobody has to sign in for it. */
  readonly open: boolean;
  readonly parameters: readonly Parameter[];
  /** One a media type, or none. */
  readonly body: readonly Body[];
  readonly responses: readonly Body[];
  /** The bodies to send; one that is undefined where there is none to send. */
  readonly examples: readonly { readonly type?: string; readonly value: unknown }[];
}

const resolved = <Thing>(document: Json, thing: unknown): Thing => {
  const { $ref } = thing as { $ref?: string };
  if ($ref === undefined) return thing as Thing;
  const steps = $ref.slice(2).split('/');
  return steps.reduce<unknown>((at, step) => (at as Json)[step], document) as Thing;
};

export const operationsIn = (document: OpenDocument): Operation[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, written]): Operation => {
      const body = written.requestBody ? bodiesOf('input', written.requestBody) : [];
      return {
        id: written.operationId,
        method: method.toUpperCase(),
        path,
        tags: written.tags,
        summary: written.summary,
        open: written.security?.length === 0,
        parameters: written.parameters ?? [],
        body,
        responses: Object.entries(written.responses).flatMap(([status, response]) =>
          bodiesOf(status, resolved<Content>(document, response)),
        ),
        examples: body.length === 0 ? [{ value: undefined }] : (body[0]?.examples ?? []).map(named),
      };
    }),
  );

const named = (value: unknown) => {
  const { type } = value as { type?: string };
  return { value, ...(type !== undefined && { type }) };
};

/** One without a body where there is no content. */
function bodiesOf(status: string, { content = {} }: Content): Body[] {
  const bodies = Object.entries(content).map(([type, { schema, example, examples = {} }]): Body => {
    const given = Object.values(examples).map(({ value }) => value);
    return { status, type, schema, examples: example === undefined ? given : [example] };
  });
  return bodies.length > 0 ? bodies : [{ status, type: '', schema: {}, examples: [] }];
}

export interface AsyncDocument extends Components, Json {
  readonly asyncapi: string;
  readonly channels: Readonly<Record<string, Json>>;
  readonly operations: Readonly<
    Record<
      string,
      { action: string; channel: unknown; messages: readonly unknown[]; reply?: { messages: readonly unknown[] } }
    >
  >;
}

interface Message {
  readonly payload: unknown;
  readonly examples: readonly { readonly payload: unknown }[];
}

/** What is said in one operation. */
export interface Exchange {
  readonly id: string;
  readonly kind: 'sent' | 'heard' | 'queued' | 'announced';
  /** The channel's address. */
  readonly name: string;
  readonly message: Message;
  /** The acknowledgement and the refusal, of what is acknowledged. */
  readonly siblings: readonly Message[];
}

export const exchanges = (document: AsyncDocument): Exchange[] =>
  Object.entries(document.operations).map(([id, { action, channel, messages, reply }]) => {
    const { address, servers } = resolved<{ address: string; servers: { $ref: string }[] }>(document, channel);
    const live = servers[0]?.$ref === '#/servers/gateway';
    return {
      id,
      kind: live ? (action === 'receive' ? 'sent' : 'heard') : action === 'receive' ? 'queued' : 'announced',
      name: address,
      message: resolved<Message>(document, messages[0]),
      siblings: (reply?.messages ?? []).map(each => resolved<Message>(document, each)),
    };
  });
