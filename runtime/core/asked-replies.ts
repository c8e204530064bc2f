/** The replies that publishers of this process wait for. */
import { Failure, type FailureDetails } from '../contract/failure.js';
import type { Fanout, ReplyTo } from '../contract/ports.js';
import type { Tracer } from '../contract/tracer.js';
import { EphemeralMap } from './ephemeral-map.js';
import { replySpan } from './spans.js';

type FailureMessage = Pick<Failure, 'code' | 'message'> & Pick<FailureDetails, 'errors' | 'current'>;

/** What a consumer sends back for one event. */
export type ReplyMessage = { readonly id: string; readonly traceparent?: string } & (
  | { readonly reply: unknown }
  | { readonly failure: FailureMessage }
);

/** The consumer's reply, absent when none was asked for or it did not come in time. */
export interface AwaitedReply {
  readonly reply?: unknown;
}

export interface AskedReplies {
  readonly replyTo: ReplyTo;
  /**
   * The reply to the event of this id, or nothing when it is not there in time and the event is safe; the reply also proves
   * that it was. Rejects with the failure that was replied, or why the event is not known to be safe.
   */
  wait(id: string, withinMs: number, confirmed: Promise<void>): Promise<AwaitedReply>;
}

export function createAskedReplies(fanout: Pick<Fanout, 'address' | 'onReply'>, tracer?: Tracer): AskedReplies {
  const asked = new EphemeralMap<string, (message: ReplyMessage) => void>();

  function receive(messages: readonly unknown[]): void {
    for (const message of messages as readonly ReplyMessage[]) {
      const { id, traceparent } = message;
      if (tracer && traceparent !== undefined) replySpan(tracer, 'received', id, traceparent).end();
      asked.get(id)?.(message);
    }
  }
  fanout.onReply(receive);

  return {
    // Where nobody asks for replies, nobody listens for them.
    replyTo: {
      get address() {
        return fanout.address();
      },
      receive,
    },
    wait: (id, withinMs, confirmed) =>
      new Promise((resolve, reject) => {
        let safe = false;
        let late = false;
        const over = (): void => {
          clearTimeout(timer);
          asked.delete(id);
        };
        const givenUp = (): void => {
          if (!safe || !late) return;
          over();
          resolve({});
        };
        const timer = setTimeout(() => {
          late = true;
          givenUp();
        }, withinMs);
        asked.set(id, message => {
          over();
          if ('failure' in message) reject(revive(message.failure));
          else resolve({ reply: message.reply });
        });
        confirmed.then(
          () => {
            safe = true;
            givenUp();
          },
          failure => {
            over();
            reject(failure);
          },
        );
      }),
  };
}

const revive = ({ code, message, errors, current }: FailureMessage): Failure =>
  new Failure(code, message, { ...(errors && { errors }), ...(current !== undefined && { current }) });
