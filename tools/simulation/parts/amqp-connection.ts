/**
 * A connection to the simulated broker that looks to the driver as amqplib's does: channels with their calls and
 * events, all of which travel over a link that may be cut.
 */
import { EventEmitter } from 'node:events';
import { type Channel, type ChannelModel, IllegalOperationError } from 'amqplib';
import { type Link, latency, openLink, type Send } from '../kernel/link.js';
import type { Owner, Scheduler } from '../kernel/scheduler.js';
import type { Broker, Published, ServerChannel } from './broker.js';

export interface Dialled {
  readonly model: ChannelModel;
  readonly link: Pick<Link, 'cut' | 'stall' | 'lag'>;
}

/** For the trace: the messages that somebody could look for. */
const clientIds = (content: Buffer): string =>
  [...content.toString().matchAll(/"clientId":"([^"]*)"/g)].map(([, clientId]) => clientId).join(', ');

type Hear = (message: object | null) => void;

export function dial(scheduler: Scheduler, broker: Broker, owner: Owner): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    scheduler.after(latency(scheduler), owner, broker.up ? 'broker connected' : 'broker refused', () => {
      if (broker.up) resolve(connection(scheduler, broker, owner));
      else reject(new Error('connect ECONNREFUSED'));
    });
  });
}

function connection(scheduler: Scheduler, broker: Broker, owner: Owner): Dialled {
  const events = new EventEmitter();
  const near = new Set<() => void>();
  const far = new Set<ServerChannel>();
  let over = false;
  /** What a broker that blocks the connection does not read. */
  let unread: (() => void)[] | undefined;
  const forgets = [
    broker.onDown(() => {
      for (const channel of far) channel.close();
      link.cut();
    }),
    broker.onUnblocked(() => {
      if (!unread) return;
      const held = unread;
      unread = undefined;
      for (const read of held) read();
      link.toNear('unblocked', () => events.emit('unblocked'));
    }),
  ];
  const link = openLink(
    scheduler,
    {
      owner,
      ended() {
        over = true;
        for (const end of [...near]) end();
        events.emit('close');
      },
    },
    {
      owner: undefined,
      ended() {
        for (const forget of forgets) forget();
        for (const channel of [...far]) channel.close();
        far.clear();
      },
    },
  );

  /** A connection is blocked when it publishes; from then on nothing that it says is read. */
  const toFar: Link['toFar'] = (label, arrive) =>
    link.toFar(label, () => {
      if (!unread && broker.blocking && label.startsWith('publish')) {
        unread = [];
        link.toNear('blocked', () => events.emit('blocked', 'low on memory'));
      }
      if (unread) unread.push(arrive);
      else arrive();
    });

  const create = async (confirms: boolean): Promise<Channel> => {
    if (over) throw new IllegalOperationError('Connection closed', new Error('closed').stack);
    const openServerSide: Broker['openChannel'] = end => {
      const opened = broker.openChannel(end);
      far.add(opened);
      return opened;
    };
    const made = channel(scheduler, link.toNear, toFar, openServerSide, confirms);
    near.add(made.ended);
    await made.opened;
    return made.channel;
  };
  const model = Object.assign(events, {
    createChannel: () => create(false),
    createConfirmChannel: () => create(true),
    async close() {
      link.closeTransport();
    },
  });
  return { model: model as unknown as ChannelModel, link };
}

function channel(
  scheduler: Scheduler,
  toClient: Send,
  toServer: Send,
  openServerSide: Broker['openChannel'],
  confirms: boolean,
) {
  const events = new EventEmitter();
  const consumers = new Map<string, Hear>();
  const calls = new Set<(error: Error) => void>();
  let tags = 0;
  let prefetch = 1;
  let over = false;
  let server: ServerChannel | undefined;

  const alive = (): void => {
    if (over) throw new IllegalOperationError('Channel closed', new Error('closed').stack);
  };
  const call = <Value>(label: string, serve: (server: ServerChannel) => Value): Promise<Value> =>
    new Promise((resolve, reject) => {
      alive();
      calls.add(reject);
      toServer(label, () => {
        server ??= openServerSide(end);
        const value = serve(server);
        toClient(`${label}: ok`, () => {
          calls.delete(reject);
          resolve(value);
        });
      });
    });
  const end = {
    deliver(
      consumerTag: string,
      deliveryTag: number,
      { content, properties, redelivered }: { content: Buffer; properties: object; redelivered: boolean },
    ) {
      const message = { content, properties, fields: { deliveryTag, redelivered, consumerTag } };
      toClient('deliver', () => {
        scheduler.note(() => `is delivered ${clientIds(content)}`);
        consumers.get(consumerTag)?.(message);
      });
    },
    confirm: (deliveryTag: number) => toClient('confirm', () => events.emit('ack', { deliveryTag, multiple: false })),
    returned: ({ exchange, routingKey, properties }: Published) =>
      toClient('return', () => events.emit('return', { fields: { exchange, routingKey }, properties })),
  };

  function ended(): void {
    if (over) return;
    over = true;
    for (const reject of calls) reject(new IllegalOperationError('Channel ended, no reply will be forthcoming'));
    events.emit('close');
  }

  const made = Object.assign(events, {
    assertQueue: (name: string, { arguments: given = {} }: { arguments?: Record<string, unknown> }) =>
      call(`assert ${name}`, far =>
        given['x-queue-type'] === 'stream'
          ? far.assertStream(name)
          : far.assertQueue(name, given['x-single-active-consumer'] === true),
      ),
    assertExchange: (name: string) => call(`assert ${name}`, () => undefined),
    bindQueue: (queue: string, exchange: string, key: string) =>
      call(`bind ${queue} as ${key}`, far => far.bind(queue, exchange, key)),
    unbindQueue: (queue: string, exchange: string, key: string) =>
      call(`unbind ${queue} as ${key}`, far => far.unbind(queue, exchange, key)),
    async prefetch(count: number) {
      prefetch = count;
    },
    publish(exchange: string, routingKey: string, content: Buffer, properties: Record<string, unknown>) {
      alive();
      toServer(`publish ${routingKey}`, () => {
        scheduler.note(() => `publishes to ${routingKey}: ${clientIds(content)}`);
        server?.publish({ exchange, routingKey, content, properties }, confirms);
      });
      return true;
    },
    async consume(queue: string, hear: Hear) {
      const consumerTag = `c${++tags}`;
      const count = prefetch;
      consumers.set(consumerTag, hear);
      await call(`consume ${queue}`, far => far.consume(queue, consumerTag, count));
      return { consumerTag };
    },
    ack(message: { fields: { deliveryTag: number } }, allUpTo = false) {
      alive();
      toServer('ack', () => server?.ack(message.fields.deliveryTag, allUpTo));
    },
    async cancel(consumerTag: string) {
      await call('cancel', far => far.cancel(consumerTag));
      consumers.delete(consumerTag);
    },
    async close() {
      await call('close channel', far => far.close());
      ended();
    },
  });
  return {
    channel: made as unknown as Channel,
    opened: call('open channel', () => undefined),
    ended,
  };
}
