/**
 * One queue of the simulated broker, as quorum queues are: durable, in order, each message with one consumer at a
 * time, what a consumer leaves behind back at its old place. With a single active consumer only the oldest
 * subscription has its turn.
 */

export interface Stored {
  readonly place: number;
  readonly content: Buffer;
  readonly properties: Readonly<Record<string, unknown>>;
  redelivered: boolean;
}

export interface Subscriber {
  readonly prefetch: number;
  /** Handed over and not settled. */
  held: number;
  deliver(message: Stored): void;
}

export interface Queue {
  readonly name: string;
  add(content: Buffer, properties: Stored['properties']): void;
  subscribe(subscriber: Subscriber): void;
  unsubscribe(subscriber: Subscriber): void;
  /** Of a subscriber that is gone. */
  giveBack(messages: readonly Stored[]): void;
  /** Hands over what can be handed over. */
  pump(): void;
}

export interface QueueRules {
  readonly singleActive: boolean;
  /** Where what was given back goes: to its old place, or, as without a delivery limit, behind everything else. */
  readonly givesBackTo: 'place' | 'tail';
}

export function quorumQueue(name: string, { singleActive, givesBackTo }: QueueRules): Queue {
  const subscribers: Subscriber[] = [];
  let ready: Stored[] = [];
  let places = 0;

  function pump(): void {
    while (ready.length > 0) {
      const turns = singleActive ? subscribers.slice(0, 1) : subscribers;
      const next = turns.find(({ held, prefetch }) => held < prefetch);
      if (!next) return;
      if (!singleActive) subscribers.push(...subscribers.splice(subscribers.indexOf(next), 1));
      next.held += 1;
      next.deliver(ready.shift() as Stored);
    }
  }

  return {
    name,
    add(content, properties) {
      ready.push({ place: ++places, content, properties, redelivered: false });
      pump();
    },
    subscribe(subscriber) {
      subscribers.push(subscriber);
      pump();
    },
    unsubscribe(subscriber) {
      const at = subscribers.indexOf(subscriber);
      if (at >= 0) subscribers.splice(at, 1);
    },
    giveBack(messages) {
      for (const message of messages) message.redelivered = true;
      if (givesBackTo === 'tail') ready.push(...messages);
      else ready = [...messages, ...ready].sort((a, b) => a.place - b.place);
      pump();
    },
    pump,
  };
}
