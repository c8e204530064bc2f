/**
 * Makes a queue that an older version declared anew, with the arguments of today, and keeps its messages in their order:
 * a queue's arguments cannot be changed. Nobody may publish to it or consume from it meanwhile. What breaks off is taken
 * up again by the next call; a message may then be there twice, and none is lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { deferred } from '../../deferred.js';
import { closeChannel, listening } from './channel.js';
import { again } from './dead-letter.js';
import { messageOf } from './supervise.js';
import { assertQueue, isFormer, type QueueShape } from './topology.js';

const AT_A_TIME = 200;
const LOOK_MS = 200;
const QUIET_MS = 600;

const asideQueue = (queue: string): string => `${queue}.upgrade`;

/** How many messages were moved; undefined when there was nothing to do. Rejects with an Error for an operator. */
export async function upgradeQueue(
  connection: ChannelModel,
  shape: QueueShape,
  user: string,
): Promise<number | undefined> {
  const { name } = shape;
  const aside = asideQueue(name);
  return onChannel(connection, async channel => {
    const former = (await depthOf(connection, name)) !== undefined && (await isFormer(connection, shape));
    if (!former && (await depthOf(connection, aside)) === undefined) return undefined;
    await refuseIfUsed(connection, name);
    // Its dead letters go to the same place meanwhile.
    await assertQueue(channel, { ...shape, name: aside, dead: name });
    if (former) {
      await move(connection, name, aside, user);
      await channel.deleteQueue(name);
    }
    await assertQueue(channel, shape);
    const moved = await move(connection, aside, name, user);
    await channel.deleteQueue(aside);
    return moved;
  });
}

async function refuseIfUsed(connection: ChannelModel, queue: string): Promise<void> {
  const { consumerCount = 0 } = (await depthOf(connection, queue)) ?? {};
  if (consumerCount > 0) throw new Error(`${queue} is consumed: stop all images first, those that publish to it too`);
}

const depthOf = (connection: ChannelModel, queue: string) =>
  onChannel(connection, channel => channel.checkQueue(queue)).catch(error => {
    if ((error as { cause?: { code?: number } }).cause?.code === 404) return undefined;
    throw error;
  });

/** Has each message published to the other queue and confirmed before it is taken off. */
function move(connection: ChannelModel, from: string, to: string, user: string): Promise<number> {
  return onChannel(connection, async (channel, broken) => {
    let moved = 0;
    let underWay = 0;
    let lastAt = performance.now();
    const failed = new Promise<never>((_, reject) => {
      channel.on('return', () => reject(new Error(`queue ${to} has gone`)));
      channel
        .consume(from, message => {
          if (message === null) return reject(new Error(`queue ${from} has gone`));
          underWay++;
          lastAt = performance.now();
          const options = { ...again(message, user), mandatory: true, persistent: true };
          channel.publish('', to, message.content, options, error => {
            if (error) return reject(new Error(`the broker did not take a message for ${to}: ${messageOf(error)}`));
            channel.ack(message);
            moved++;
            underWay--;
          });
        })
        .catch(reject);
    });
    const empty = async (): Promise<number> => {
      for (;;) {
        await sleep(LOOK_MS);
        if (underWay > 0 || performance.now() - lastAt < QUIET_MS) continue;
        if ((await channel.checkQueue(from)).messageCount === 0) return moved;
      }
    };
    await channel.prefetch(AT_A_TIME);
    return Promise.race([empty(), failed, broken]);
  });
}

/** Rejects with what the broker says, and with what closed the channel as its cause. */
async function onChannel<Result>(
  connection: ChannelModel,
  work: (channel: ConfirmChannel, broken: Promise<never>) => Promise<Result>,
): Promise<Result> {
  let reason: string | undefined;
  const { promise: broken, reject: breaks } = deferred<never>();
  broken.catch(() => undefined);
  const channel = listening(await connection.createConfirmChannel(), told => {
    reason ??= told;
    breaks(new Error(told));
  });
  try {
    return await work(channel, broken);
  } catch (error) {
    throw new Error(reason ?? messageOf(error), { cause: error });
  } finally {
    await closeChannel(channel);
  }
}
