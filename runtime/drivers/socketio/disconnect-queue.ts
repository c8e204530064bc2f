/**
 * Invokes the `disconnect` binding for connections that have gone, after whatever `connect` was still doing for them,
 * and again while the trouble is one that passes: a connection that is not taken off the presence registry looks alive for ever.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Invoker } from '../../contract/invoker.js';
import type { Binding } from '../../contract/service.js';
import { backoffMs } from '../../core/backoff.js';
import { limit } from '../limit.js';
import type { Peer } from './peer.js';

export interface DisconnectQueueOptions {
  readonly disconnect: Binding | undefined;
  readonly invoker: Invoker;
  readonly log: Log;
}

export interface DisconnectQueue {
  say(peer: Peer): void;
  /** From now on each gets one attempt more, and no other. */
  hurry(): void;
  all(): Promise<void>;
}

/** `disconnect` invocations at a time. */
const AT_A_TIME = 64;
const RETRY = { firstMs: 500, mostMs: 15_000 };

export function disconnectQueue({ disconnect, invoker, log }: DisconnectQueueOptions): DisconnectQueue {
  const under = limit(AT_A_TIME);
  const pending = new Set<Promise<void>>();
  const haste = new AbortController();
  setMaxListeners(0, haste.signal);

  async function part({ socket, caller, asked }: Peer, binding: Binding): Promise<void> {
    await asked.catch(() => {});
    for (let tried = 0; ; tried++) {
      const last = haste.signal.aborted;
      try {
        await under(() => invoker.invoke({ binding, data: { connectionId: socket.id }, caller }).result);
        return;
      } catch (thrown) {
        const failure = Failure.from(thrown);
        log.warn({ err: failure, connectionId: socket.id }, 'a disconnection could not be carried out');
        if (last || (failure.code !== 'unavailable' && failure.code !== 'rate_limited')) return;
      }
      await delay(backoffMs(tried, RETRY), undefined, { ref: false, signal: haste.signal }).catch(() => {});
    }
  }

  return {
    say: peer => {
      if (!disconnect) return;
      const disconnecting = part(peer, disconnect).finally(() => pending.delete(disconnecting));
      pending.add(disconnecting);
    },
    hurry: () => haste.abort(),
    all: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
