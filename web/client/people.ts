/** Names and presence of the people that the user shares chats with, asked for as they are met. */

import type { Clock } from './clock.js';
import { Refusal } from './refusal.js';
import type { Person, Presence } from './shapes.js';
import type { Store } from './state.js';

export interface People {
  /** Looks up who these are, unless that is known or under way. */
  meet(userIds: readonly string[]): void;
  know(people: readonly Person[]): void;
  /** Asks whether everybody met so far is online; called whenever the connection has come. */
  greet(): void;
  present(presence: Presence): void;
  close(): void;
}

export interface PeopleOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly find: (query: string) => Promise<{ readonly users: readonly Person[] }>;
  readonly ask: (
    event: 'presence:get',
    data: { userIds: string[] },
  ) => Promise<{ readonly presence: readonly Presence[] }>;
}

/** Lookups at a time. */
const AT_ONCE = 4;
const RETRY_MS = 2_000;
const MOMENT_MS = 50;
const A_QUESTION = 500;

export function createPeople({ clock, store, find, ask }: PeopleOptions): People {
  const met = new Set<string>();
  const waiting: string[] = [];
  const unasked = new Set<string>();
  let busy = 0;
  let resting = false;
  let closed = false;
  let cancelRest = () => {};
  let cancelGreeting: (() => void) | undefined;

  const know = (people: readonly Person[]): void => {
    if (people.length === 0) return;
    const known = people.map(({ id, username, displayName }): [string, Person] => [id, { id, username, displayName }]);
    store.change({ people: { ...store.state.people, ...Object.fromEntries(known) } });
  };

  function lookUp(): void {
    while (!closed && !resting && busy < AT_ONCE && waiting.length > 0) {
      const id = waiting.shift() as string;
      busy += 1;
      find(id)
        .then(({ users }) => know(users))
        .catch(thrown => Refusal.from(thrown).passes && rest(id))
        .finally(() => {
          busy -= 1;
          lookUp();
        });
    }
  }

  /** The server has no answer right now: nobody is looked up for a while. */
  function rest(id: string): void {
    waiting.push(id);
    if (closed) return;
    resting = true;
    cancelRest();
    cancelRest = clock.later(RETRY_MS, () => {
      resting = false;
      lookUp();
    });
  }

  function greet(): void {
    cancelGreeting?.();
    cancelGreeting = undefined;
    const ids = [...unasked];
    unasked.clear();
    for (let at = 0; at < ids.length; at += A_QUESTION) {
      ask('presence:get', { userIds: ids.slice(at, at + A_QUESTION) }).then(
        ({ presence }) => store.change({ presence: { ...store.state.presence, ...byUser(presence) } }),
        () => undefined,
      );
    }
  }

  return {
    meet(userIds) {
      for (const id of userIds) {
        if (met.has(id)) continue;
        met.add(id);
        unasked.add(id);
        if (!store.state.people[id]) waiting.push(id);
      }
      lookUp();
      if (unasked.size > 0) cancelGreeting ??= clock.later(MOMENT_MS, greet);
    },
    know,
    greet() {
      for (const id of met) unasked.add(id);
      greet();
    },
    present: presence => store.change({ presence: { ...store.state.presence, ...byUser([presence]) } }),
    close() {
      closed = true;
      cancelRest();
      cancelGreeting?.();
    },
  };
}

const byUser = (presence: readonly Presence[]): Record<string, Presence> =>
  Object.fromEntries(presence.map(each => [each.userId, each]));
