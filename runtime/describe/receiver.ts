/**
 * CloudEvents over HTTP as `http/receiver.ts` takes them: structured, in batches, and binary.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
import type { TSchema } from 'typebox';
import type { AnyFunction } from '../contract/function.js';
import type { Service } from '../contract/service.js';
import { cloudEvent, dataOf } from './events.js';
import { exampleOf } from './example.js';
import { eventRefusals } from './problems.js';
import type { Json, Schemas } from './schemas.js';

const STRUCTURED = 'application/cloudevents+json';
const BATCHED = 'application/cloudevents-batch+json';
const BINARY = 'application/json';

/** Of the document that has these operations. */
export const EVENTS_TOKEN = {
  eventsToken: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The value of `EVENTS_TOKEN`. Where it is not set, the images take events from anybody who reaches them.',
  },
};

export function receiver({ bindings }: Service, schemas: Schemas): Record<string, Json> {
  const taken = bindings.flatMap(({ trigger, fn }) => (trigger.kind === 'event' ? [{ type: trigger.type, fn }] : []));
  const events = taken.map(({ type, fn }): Named => [type, fn.input]);
  const replies = taken.flatMap(({ type, fn }) => replyOf(type, fn));
  return {
    post: {
      operationId: 'receiveEvent',
      summary: 'Runs the function for each CloudEvent, as Knative and other senders deliver them.',
      description: [
        "An image takes the types of its own functions. Modes of CloudEvents' HTTP binding 1.0:",
        `- structured, \`${STRUCTURED}\`: one event, its data as \`data\`, or in base64 as \`data_base64\``,
        `- batched, \`${BATCHED}\`: events in an array; none runs unless all fit, and one that fails refuses the batch`,
        `- binary: the attributes in \`ce-\` headers, the data alone as the body, in \`${BINARY}\``,
        '- replies come in the mode of the request',
        '- a body has 1 MiB at most, and is not compressed',
        '- without `EVENTS_TOKEN` the image `all` takes no events: 404',
      ].join('\n'),
      security: [{ eventsToken: [] }, {}],
      parameters: Object.entries(ATTRIBUTES).map(([name, of]) => ({ name, in: 'header', required: false, ...of })),
      requestBody: { required: true, content: contentOf(events, 'Event', schemas) },
      responses: {
        200: {
          description: "The functions' replies, of events that have one, in their order.",
          headers: ATTRIBUTES,
          content: contentOf(replies, 'EventReply', schemas),
        },
        204: { description: 'Done; no function has a reply. So is an empty batch.' },
        ...eventRefusals(),
      },
    },
    options: {
      operationId: 'validateSender',
      summary: 'Grants a sender of events permission, as CloudEvents webhooks ask for before they send.',
      description:
        'Whoever asks may send; events are judged by their token. Without `WebHook-Request-Origin` it is no such question.',
      security: [],
      parameters: [
        header('WebHook-Request-Origin', 'The name of the sender', true, 'events.example.org'),
        header('WebHook-Request-Rate', 'Events a minute that it asks for', false, '120'),
      ],
      responses: {
        200: {
          description: 'It may.',
          headers: {
            Allow: text('`POST`'),
            'WebHook-Allowed-Origin': text('The origin that asked'),
            'WebHook-Allowed-Rate': text('`*`, any; where a rate was asked for'),
          },
        },
        404: { $ref: '#/components/responses/not_found' },
        503: { $ref: '#/components/responses/unavailable' },
      },
    },
  };
}

type Named = readonly [type: string, data: TSchema];

const replyOf = (type: string, { output, replyType = `${type}.reply` }: AnyFunction): Named[] =>
  output?.ok ? [[replyType, output.ok]] : [];

/** One media type a mode. Of structured events the types tell which is which; data alone may fit several. */
function contentOf(events: readonly Named[], name: string, schemas: Schemas): Json {
  const whole = events.map(([type, data]) => cloudEvent(type, data));
  const oneOf = whole.map(event => schemas.told(event, name));
  const anyOf = events.map(([type, data]) => schemas.told(dataOf(type, data), name));
  const examples = (values: readonly unknown[]): Json =>
    Object.fromEntries(events.map(([type], at) => [type, { value: values[at] }]));
  return {
    [STRUCTURED]: { schema: { oneOf }, examples: examples(whole.map(exampleOf)) },
    [BATCHED]: { schema: { type: 'array', items: { oneOf } }, example: whole.map(exampleOf) },
    [BINARY]: { schema: { anyOf }, examples: examples(events.map(([, data]) => exampleOf(data))) },
  };
}

const text = (description: string): Json => ({ schema: { type: 'string' }, description });

const header = (name: string, description: string, required: boolean, example: string): Json => ({
  ...{ name, in: 'header', required, example },
  ...text(description),
});

/** The headers of binary mode that replies have, too; others, `ce-` and a name, are let through. */
const ATTRIBUTES = {
  'ce-specversion': text('`1.0`. In binary mode only, and needed there, as the next three are'),
  'ce-id': text('The same again for the same event'),
  'ce-source': text('Where it comes from, a URI reference'),
  'ce-type': text('Which function takes it'),
};
