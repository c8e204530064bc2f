/** The replies that the lanes of one process have for the same publisher at the same moment travel together. */
import type { Fanout } from '../contract/ports.js';
import type { Answer } from './asked-replies.js';
import { EphemeralMap } from './ephemeral-map.js';

export type Reply = (address: string, answers: readonly Answer[]) => void;

export function gatherReplies(fanout: Pick<Fanout, 'reply'>): Reply {
  const waiting = new EphemeralMap<string, Answer[]>();

  function flush(): void {
    for (const [address, answers] of waiting.takeAll()) fanout.reply(address, answers);
  }

  return (address, answers) => {
    // After the promises that are being resolved, which are those of the lanes that shared an invocation.
    if (waiting.size === 0) process.nextTick(flush);
    const together = waiting.get(address);
    if (together) together.push(...answers);
    else waiting.set(address, [...answers]);
  };
}
