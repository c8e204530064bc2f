/**
 * What a client says over its socket: each event becomes an invocation, each result an acknowledgement.
 * Ordered events of one connection are invoked one after the other, each when the former's publications stand in line.
 */

import type { Caller } from '../../contract/caller.js';
import { Failure } from '../../contract/failure.js';
import type { Binding } from '../../contract/image.js';
import type { Invoker } from '../../contract/invoker.js';
import { socketError } from '../../core/codes.js';
import type { Peer } from './peer.js';

export interface CallsOptions {
  readonly bindings: readonly Binding[];
  readonly invoker: Invoker;
  /** The most events that one connection may have without an answer. */
  readonly maxUnanswered: number;
  /** Called when a result brings new credentials. */
  readonly renew: (peer: Peer, caller: Caller) => void;
}

type Acknowledge = (answer: object) => void;

/** Gives what listens to a peer's events. Without a callback nothing is carried out: nobody could tell how it went. */
export function calls({ bindings, invoker, maxUnanswered, renew }: CallsOptions): (peer: Peer) => void {
  const bound = new Map<unknown, { binding: Binding; ordered: boolean }>();
  for (const binding of bindings) {
    const { trigger } = binding;
    if (trigger.kind === 'socket') bound.set(trigger.event, { binding, ordered: trigger.ordered });
  }

  /** Resolves when the next ordered event may go. What a client that has gone still had in line, it sends again elsewhere. */
  async function run(peer: Peer, binding: Binding, data: unknown, acknowledge: Acknowledge): Promise<void> {
    const refusal = refusalOf(peer);
    if (refusal) {
      peer.unanswered -= 1;
      acknowledge(refused(refusal));
      return;
    }
    const { handedOver, result } = invoker.invoke({
      binding,
      data,
      caller: peer.caller,
      address: peer.address,
    });
    result
      .then(({ reply, caller }) => {
        if (caller) renew(peer, caller);
        acknowledge({ ok: true, data: reply ?? {} });
      })
      .catch(thrown => acknowledge(refused(Failure.from(thrown))))
      .finally(() => {
        peer.unanswered -= 1;
      });
    await handedOver;
  }

  return peer => {
    let lane: Promise<unknown> = Promise.resolve();
    peer.socket.onAny((event: unknown, ...args: unknown[]) => {
      const acknowledge = args.pop();
      if (typeof acknowledge !== 'function' || !peer.open) return;
      const refuse = (failure: Failure): void => acknowledge(refused(failure));
      const found = bound.get(event);
      const [data] = args;
      if (!found) return refuse(new Failure('invalid', 'there is no such event'));
      if (args.length !== 1 || !isPlain(data))
        return refuse(new Failure('invalid', 'an event takes exactly one object'));
      if (peer.unanswered >= maxUnanswered)
        return refuse(new Failure('rate_limited', 'too many events at a time', WAIT));

      peer.unanswered += 1;
      const start = () => run(peer, found.binding, data, acknowledge as Acknowledge);
      if (found.ordered) lane = lane.then(start);
      else void start();
    });
  };
}

const WAIT = { retryAfterMs: 1000 };

function refusalOf(peer: Peer): Failure | undefined {
  if (!peer.open) return new Failure('unavailable', 'the connection is closed');
  if (peer.caller.expiresAt <= Date.now()) return new Failure('unauthorized', 'the credentials have expired');
  return undefined;
}

const refused = (failure: Failure) => ({ ok: false, error: socketError(failure) });

/** An object as JSON has them: not a list, and not the bytes that Socket.IO puts in the place of attachments. */
function isPlain(data: unknown): data is object {
  return typeof data === 'object' && data !== null && Object.getPrototypeOf(data) === Object.prototype;
}
