/**
 * AsyncAPI 3 of a service: the events of its live connections, both ways, and its queues. A channel is an event of
 * Socket.IO by its name, or a queue. https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
import Type, { type TSchema } from 'typebox';
import type { AnyEventType } from '../contract/event-type.js';
import type { AnyFunction } from '../contract/function.js';
import type { Fact, QueueSpec } from '../contract/route.js';
import type { ServerEvent, Service } from '../contract/service.js';
import { FACT_SLOTS } from '../core/partitions.js';
import type { About } from './about.js';
import { cloudEvent } from './events.js';
import { exampleOf } from './example.js';
import { done, Refused } from './refused.js';
import { capital, collectSchemas, type Json, nameOf } from './schemas.js';
import { SYSTEM_EVENTS } from './system-events.js';
import { refusalsOf, termsOf } from './words.js';

type Named = readonly [name: string, schema: TSchema];
type Channel = { readonly messages: Record<string, Json> } & Json;

/**
 * AsyncAPI 3.0 of a service: its live events, its queues and its facts. Throws for a schema without an example.
 *
 * @example
 * import { asyncapi } from 'function-runtime/describe';
 *
 * const about = { title: 'Shop', version: '1.0.0', rest: '', live: 'News of orders.', tags: [] };
 * const document = asyncapi({ name: 'orders', queues: [], bindings: [on(socket('order:place'), placeOrder)] }, about);
 */
export function asyncapi(service: Service, about: About): Json {
  const schemas = collectSchemas();
  const channels: Record<string, Channel> = {};
  const operations: Record<string, Json> = {};

  /** Answers what refers to the message. */
  function message(channel: string, name: string, [title, payload]: Named, more: Json = {}): Json {
    const example = { payload: exampleOf(payload) };
    const told = { name: channel, payload: schemas.told(payload, title), examples: [example], ...more };
    (channels[channel] as Channel).messages[name] = told;
    return { $ref: `#/channels/${channel}/messages/${name}` };
  }

  function event(name: string): string {
    channels[name] ??= { address: name, servers: [{ $ref: '#/servers/gateway' }], messages: {} };
    return name;
  }

  function heard(name: string, fn: AnyFunction): void {
    const channel = event(name);
    const ref = { $ref: `#/channels/${channel}` };
    operations[fn.name] = {
      action: 'receive',
      channel: ref,
      summary: fn.summary,
      description: `${termsOf(fn, service)}\n- refused with ${[...refusalsOf(fn, service)].map(code => `\`${code}\``).join(', ')}`,
      messages: [message(channel, 'event', [nameOf(fn, 'Request'), fn.input])],
      reply: {
        channel: ref,
        messages: [
          message(channel, 'acknowledgement', acknowledgementOf(fn), { title: 'Acknowledged' }),
          message(channel, 'refusal', ['Refused', Refused], { title: 'Refused' }),
        ],
      },
    };
  }

  function told(name: string, { summary, data }: ServerEvent): void {
    const channel = event(name);
    const word = name.split(/\W/).map(capital).join('');
    operations[`on${word}`] = {
      action: 'send',
      channel: { $ref: `#/channels/${channel}` },
      summary,
      messages: [message(channel, 'news', [word, data])],
    };
  }

  function consumed(queue: QueueSpec, types: readonly string[], fn: AnyFunction): void {
    channels[queue.name] = queueChannel(queue);
    operations[fn.name] = {
      action: 'receive',
      channel: { $ref: `#/channels/${queue.name}` },
      summary: fn.summary,
      messages: types.map(type => cloudEventMessage(queue.name, type, factOf(type) ?? fn.input)),
    };
  }

  /** Whoever takes a fact takes it as it is announced, whatever they make of it. */
  const factOf = (type: string): TSchema | undefined => service.facts?.facts.find(each => each.type === type)?.schema;

  const cloudEventMessage = (channel: string, type: string, data: TSchema): Json =>
    message(channel, type, [type, cloudEvent(type, data)], {
      name: type,
      contentType: 'application/cloudevents+json',
    });

  /** A channel is the type of a fact; who takes it is not said, for anybody may. */
  function announced({ type, key, schema }: Fact): void {
    channels[type] = factChannel(service.facts?.exchange ?? '', type, key);
    operations[type] = {
      action: 'send',
      channel: { $ref: `#/channels/${type}` },
      summary: `A fact, to every queue that subscribes. In order for each \`${key}\`; perhaps again, with the same id.`,
      messages: [cloudEventMessage(type, type, schema ?? Type.Unknown())],
    };
  }

  for (const { trigger, fn } of service.bindings) {
    if (trigger.kind === 'socket') heard(trigger.event, fn);
    const queue = trigger.kind === 'queue' && service.queues.find(({ name }) => name === trigger.queue);
    if (trigger.kind === 'queue' && queue) consumed(queue, trigger.types, fn);
  }
  const published = new Set(
    service.bindings.flatMap(({ fn }) => (fn.publishes ?? []).map(({ type }: AnyEventType) => type)),
  );
  for (const each of service.facts?.facts ?? []) if (published.has(each.type)) announced(each);
  for (const [name, news] of Object.entries({ ...service.serverEvents, ...SYSTEM_EVENTS })) told(name, news);

  return {
    asyncapi: '3.0.0',
    info: { title: about.title, version: about.version, description: about.live },
    defaultContentType: 'application/json',
    servers: {
      gateway: {
        host: 'localhost:8080',
        pathname: '/socket.io/',
        protocol: 'socket.io',
        description: 'The gateway. Default path and namespace, protocol version 5: any Socket.IO client of version 4.',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
      broker: { host: 'rabbitmq:5672', protocol: 'amqp', description: 'RabbitMQ, inside of the deployment.' },
    },
    channels,
    operations,
    components: { securitySchemes: { token: TOKEN }, schemas: schemas.components() },
  };
}

/** With any of its answers; the acknowledgement of a function that has none is an empty object. */
function acknowledgementOf(fn: AnyFunction): Named {
  const title = nameOf(fn, 'Response');
  const [first = Type.Object({}, { title }), ...others] = Object.values<TSchema>(fn.output ?? {});
  // A first one without a name has that of the response.
  const data =
    others.length > 0 ? Type.Union([first, ...others], { title }) : 'title' in first ? first : { ...first, title };
  return [nameOf(fn, 'Acknowledgement'), done(data)];
}

const TOKEN = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'An access token as `auth: { token }` of the handshake.',
};

const factChannel = (exchange: string, type: string, key: string): Channel => ({
  address: `${type}.{slot}`,
  servers: [{ $ref: '#/servers/broker' }],
  messages: {},
  parameters: { slot: { description: `0 to ${FACT_SLOTS - 1}, a hash of \`${key}\`.` } },
  bindings: {
    amqp: {
      is: 'routingKey',
      exchange: { name: exchange, type: 'topic', durable: true, autoDelete: false },
      bindingVersion: '0.3.0',
    },
  },
});

/** Partitions are queues of their own; a key's hash names its one. */
function queueChannel({ name, partitions }: QueueSpec): Channel {
  const numbers = Array.from({ length: partitions }, (_, number) => `${number}`);
  const address = partitions > 0 ? `${name}.{partition}` : name;
  return {
    address,
    description: `A quorum queue. What fails for good goes, whole and with its reason, to \`${address}.dlq\`.`,
    servers: [{ $ref: '#/servers/broker' }],
    messages: {},
    ...(partitions > 0 && {
      parameters: { partition: { enum: numbers, description: 'A hash of the key: what has one key stays in order.' } },
    }),
    bindings: {
      amqp: {
        is: 'queue',
        queue: { name: address, durable: true, exclusive: false, autoDelete: false },
        bindingVersion: '0.3.0',
      },
    },
  };
}
