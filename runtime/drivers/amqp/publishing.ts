/** The half of the queues that publishes, on a connection and an outbox that somebody else has opened. */
import type { Channel, ChannelModel } from 'amqplib';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Queues } from '../../contract/ports.js';
import { followLog } from './log.js';
import type { Outbox } from './outbox.js';
import type { Supervised } from './supervise.js';
import { closeWay, openWay, to } from './ways.js';

export interface Publishing extends Pick<Queues, 'publish' | 'openWay' | 'closeWay' | 'append' | 'follow'> {
  /** The logs that are followed, to be stopped in the end. */
  readonly followed: readonly Supervised<Channel>[];
}

export function publishingOn(link: Supervised<ChannelModel>, outbox: Pick<Outbox, 'send'>, log: Log): Publishing {
  const followed: Supervised<Channel>[] = [];

  function connected(): ChannelModel {
    const connection = link.current();
    if (connection === undefined) throw new Failure('unavailable', 'the broker is away');
    return connection;
  }

  return {
    followed,
    publish(queue, body, { replyTo, way } = {}) {
      const properties = { contentType: 'application/json', ...(replyTo && { replyTo: replyTo.address }) };
      return outbox.send({ ...to(queue, way), content: Buffer.from(body), properties, repeat: true });
    },
    openWay: async way => openWay(connected(), way),
    closeWay: async way => closeWay(connected(), way),
    append: (name, entry) => outbox.send({ ...to(name), content: Buffer.from(entry), properties: {}, repeat: true }),
    follow(name, onEntry) {
      followed.push(followLog({ name, link, log, onEntry }));
    },
  };
}
