/**
 * A fence is put into a physical queue to learn when everything before it is done: its consumer answers it as any event,
 * in its turn, and functions see nothing of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '../contract/event.js';
import type { Queues } from '../contract/ports.js';
import type { AskedReplies, AwaitedReply } from './asked-replies.js';

const TYPE = 'function-runtime.fence.v1';

/**
 * How long a consumer may take to get to a fence before another one is sent, for its answer may have been lost; and the
 * pause before that, for those that the broker does not take.
 */
const TIMES = { answerMs: 5_000, pauseMs: 200 };

/**
 * Resolves as soon as the consumer of the physical queue has said that everything is done which was there when this was
 * called; or some seconds after it is not `wanted` any more.
 */
export type SendFence = (queue: string, wanted: () => boolean) => Promise<void>;

export interface FenceOptions {
  readonly queues: Pick<Queues, 'publish'>;
  readonly replies: AskedReplies;
  readonly source: string;
  readonly newId: () => string;
  readonly times?: typeof TIMES;
}

export function fenceSender({ queues, replies, source, newId, times = TIMES }: FenceOptions): SendFence {
  const { replyTo } = replies;
  return async (queue, wanted) => {
    // One id for all that are sent: each is behind what there was, so the answer to any of them will do, however late.
    const id = newId();
    const body = JSON.stringify({ specversion: '1.0', id, type: TYPE, source } satisfies Omit<Event, 'data'>);
    const send = () => queues.publish(queue, body, { replyTo, internal: true });
    for (let again = false; wanted(); again = true) {
      const confirmed = again ? sleep(times.pauseMs).then(send) : send();
      const { reply } = await replies.wait(id, times.answerMs, confirmed).catch((): AwaitedReply => ({}));
      if (reply === true) return;
    }
  };
}

export const isFence = ({ type }: Pick<Event, 'type'>): boolean => type === TYPE;

/** Whether a message is a fence, which is alone in one. */
export function holdsFence(body: string): boolean {
  try {
    return isFence(Object(JSON.parse(body)));
  } catch {
    return false;
  }
}
