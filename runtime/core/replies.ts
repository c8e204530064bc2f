/** The replies that the lanes of one process have for the same publisher at the same moment travel together. */
import type { Fanout } from '../contract/ports.js';
import type { ReplyMessage } from './asked-replies.js';
import { EphemeralMap } from './ephemeral-map.js';

export type SendReplies = (address: string, replies: readonly ReplyMessage[]) => void;

export function coalesceReplies(fanout: Pick<Fanout, 'reply'>): SendReplies {
  const waiting = new EphemeralMap<string, ReplyMessage[]>();

  function flush(): void {
    for (const [address, replies] of waiting.takeAll()) fanout.reply(address, replies);
  }

  return (address, replies) => {
    // After the promises that are being resolved, which are those of the lanes that shared an invocation.
    if (waiting.size === 0) process.nextTick(flush);
    const together = waiting.get(address);
    if (together) together.push(...replies);
    else waiting.set(address, [...replies]);
  };
}
