/**
 * What a client says over its socket: each event becomes an invocation, each result an acknowledgement.
 * Ordered events of one connection are invoked one after the other, each when the former's publications stand in line.
 */

import type { Caller } from '../../contract/caller.js';
import { Failure } from '../../contract/failure.js';
import type { Invoker, Result } from '../../contract/invoker.js';
import type { Binding } from '../../contract/service.js';
import { socketError } from '../../core/codes.js';
import { DEFAULT_BOUNDS } from '../../http/bounds/bounds.js';
import { type Turns, turns } from '../../http/bounds/turns.js';
import type { Peer } from './peer.js';

export interface CallsOptions {
  readonly bindings: readonly Binding[];
  readonly invoker: Invoker;
  /** The most events that one connection may have without an answer. */
  readonly maxUnanswered: number;
  /** What of one user, and of all, is carried out at a time, but for ordered events. */
  readonly answering?: Turns;
  /** Called when a result brings new credentials. */
  readonly renew: (peer: Peer, caller: Caller) => void;
}

interface Bound {
  readonly binding: Binding;
  readonly ordered: boolean;
}

type Acknowledge = (answer: object) => void;

/** Who has more than this to read is answered nothing large before. */
const READ_FIRST_BYTES = 1024 * 1024;

/** Gives what listens to a peer's events. Without a callback nothing is carried out: nobody could tell how it went. */
export function calls(options: CallsOptions): (peer: Peer) => void {
  const { bindings, invoker, maxUnanswered, answering = turns(DEFAULT_BOUNDS.answering), renew } = options;
  const bound = new Map<unknown, Bound>();
  for (const binding of bindings) {
    const { trigger } = binding;
    if (trigger.kind === 'socket') bound.set(trigger.event, { binding, ordered: trigger.ordered });
  }

  /**
   * Resolves when the next one may go: of ordered ones when this one is handed over, of others when it is answered. What a
   * client that has gone still had in line, it sends again elsewhere.
   */
  async function run(peer: Peer, { binding, ordered }: Bound, data: unknown, acknowledge: Acknowledge): Promise<void> {
    const refusal = refusalOf(peer, ordered);
    if (refusal) {
      peer.unanswered -= 1;
      acknowledge(refused(refusal));
      return;
    }
    const invocation = invoker.invoke({ binding, data, caller: peer.caller, address: peer.address });
    const answered = answer(peer, invocation.result, acknowledge);
    await (ordered ? invocation.handedOver : answered);
  }

  async function answer(peer: Peer, result: Promise<Result>, acknowledge: Acknowledge): Promise<void> {
    try {
      const { reply, caller } = await result;
      if (caller) renew(peer, caller);
      acknowledge({ ok: true, data: reply ?? {} });
    } catch (thrown) {
      acknowledge(refused(Failure.from(thrown)));
    } finally {
      peer.unanswered -= 1;
    }
  }

  return peer => {
    let lane: Promise<unknown> = Promise.resolve();
    // A middleware that goes no further: nothing that a client sends becomes an event of an emitter.
    peer.socket.use(packet => {
      const args: unknown[] = [...packet];
      const acknowledge = args.pop();
      if (!isAcknowledge(acknowledge) || !peer.open) return;
      const [event, data, ...more] = args;
      const refuse = (failure: Failure): void => acknowledge(refused(failure));
      const found = bound.get(event);
      if (!found) return refuse(new Failure('invalid', 'there is no such event'));
      if (more.length > 0 || !isPlain(data)) return refuse(new Failure('invalid', 'an event takes exactly one object'));
      if (peer.unanswered >= maxUnanswered)
        return refuse(new Failure('rate_limited', 'too many events at a time', WAIT));

      peer.unanswered += 1;
      if (found.ordered) lane = lane.then(() => run(peer, found, data, acknowledge));
      else void answering(peer.caller.userId, () => run(peer, found, data, acknowledge));
    });
  };
}

/** The last argument of an event, if the client has asked for an answer: JSON has no functions. */
const isAcknowledge = (last: unknown): last is Acknowledge => typeof last === 'function';

const WAIT = { retryAfterMs: 1000 };

function refusalOf(peer: Peer, ordered: boolean): Failure | undefined {
  if (!peer.open) return new Failure('unavailable', 'the connection is closed');
  if (peer.caller.expiresAt <= Date.now()) return new Failure('unauthorized', 'the credentials have expired');
  if (!ordered && peer.traffic.unread > READ_FIRST_BYTES)
    return new Failure('rate_limited', 'what was answered before has not been read yet', WAIT);
  return undefined;
}

const refused = (failure: Failure) => ({ ok: false, error: socketError(failure) });

/** An object as JSON has them: not a list, and not the bytes that Socket.IO puts in the place of attachments. */
function isPlain(data: unknown): data is object {
  return typeof data === 'object' && data !== null && Object.getPrototypeOf(data) === Object.prototype;
}
