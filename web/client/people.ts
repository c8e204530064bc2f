/** Names and presence of the people that the user shares chats with, asked for as they are met, many in one call. */

import type { Clock } from './clock.js';
import { Refusal } from './refusal.js';
import type { Person, Presence } from './shapes.js';
import type { Store } from './state.js';

export interface People {
  /** Looks up who these are, unless that is known or under way. */
  meet(userIds: readonly string[]): void;
  know(people: readonly Person[]): void;
  /** Somebody has written: their presence, which may have been nobody's business before, is asked for if it is unknown. */
  heardFrom(userId: string): void;
  /** Asks whether everybody met so far is online; called whenever the connection has come. */
  greet(): void;
  present(presence: Presence): void;
  close(): void;
}

interface Found {
  readonly users: readonly Person[];
}

export interface PeopleOptions {
  readonly clock: Clock;
  readonly store: Store;
  /** The ones among these, A_LOOKUP at most, who share a chat with the user. */
  readonly named: (userIds: readonly string[]) => Promise<Found>;
  /** Anybody, by their id: who has left the chats that they wrote in. */
  readonly find: (userId: string) => Promise<Found>;
  readonly ask: (
    event: 'presence:get',
    data: { userIds: string[] },
  ) => Promise<{ readonly presence: readonly Presence[] }>;
}

/** Calls at a time. */
const AT_ONCE = 4;
const RETRY_MS = 2_000;
const MOMENT_MS = 50;
const A_QUESTION = 500;
/** As many ids as fit into the first line of a request where it may have 8 kB, as many proxies have it. */
const A_LOOKUP = 200;

export function createPeople({ clock, store, named, find, ask }: PeopleOptions): People {
  const met = new Set<string>();
  const waiting = new Set<string>();
  /** Share no chat any more: they are asked for one by one. */
  const gone = new Set<string>();
  const unasked = new Set<string>();
  let busy = 0;
  let resting = false;
  let closed = false;
  let cancelRest = () => {};
  let cancelMoment: (() => void) | undefined;

  const know = (people: readonly Person[]): void => {
    if (people.length === 0) return;
    const known = people.map(({ id, username, displayName }): [string, Person] => [id, { id, username, displayName }]);
    store.change({ people: { ...store.state.people, ...Object.fromEntries(known) } });
  };

  function lookUp(): void {
    while (!closed && !resting && busy < AT_ONCE && (waiting.size > 0 || gone.size > 0)) {
      if (waiting.size > 0) {
        const ids = takeFrom(waiting, A_LOOKUP);
        void call(waiting, ids, named(ids), ({ users }) => {
          const there = new Set(users.map(({ id }) => id));
          for (const id of ids) if (!there.has(id)) gone.add(id);
        });
      } else {
        const [id = ''] = takeFrom(gone, 1);
        void call(gone, [id], find(id));
      }
    }
  }

  async function call(
    from: Set<string>,
    ids: readonly string[],
    answer: Promise<Found>,
    then: (found: Found) => void = () => {},
  ): Promise<void> {
    busy += 1;
    try {
      const found = await answer;
      know(found.users);
      then(found);
    } catch (thrown) {
      if (Refusal.from(thrown).passes) rest(from, ids);
    } finally {
      busy -= 1;
      lookUp();
    }
  }

  /** The server has no answer right now: nobody is looked up for a while. */
  function rest(from: Set<string>, ids: readonly string[]): void {
    for (const id of ids) from.add(id);
    if (closed) return;
    resting = true;
    cancelRest();
    cancelRest = clock.later(RETRY_MS, () => {
      resting = false;
      lookUp();
    });
  }

  function greet(): void {
    for (const ids = unasked; ids.size > 0; ) {
      ask('presence:get', { userIds: takeFrom(ids, A_QUESTION) }).then(
        ({ presence }) => store.change({ presence: { ...store.state.presence, ...byUser(presence) } }),
        () => undefined,
      );
    }
  }

  /** Those that are met in one moment are asked for together. */
  function soon(): void {
    cancelMoment ??= clock.later(MOMENT_MS, () => {
      cancelMoment = undefined;
      lookUp();
      greet();
    });
  }

  return {
    meet(userIds) {
      for (const id of userIds) {
        if (met.has(id)) continue;
        met.add(id);
        unasked.add(id);
        if (!store.state.people[id]) waiting.add(id);
        soon();
      }
    },
    know,
    heardFrom(userId) {
      if (store.state.presence[userId]) return;
      unasked.add(userId);
      soon();
    },
    greet() {
      for (const id of met) unasked.add(id);
      greet();
    },
    present: presence => store.change({ presence: { ...store.state.presence, ...byUser([presence]) } }),
    close() {
      closed = true;
      cancelRest();
      cancelMoment?.();
    },
  };
}

function takeFrom(set: Set<string>, most: number): string[] {
  const taken = [...set].slice(0, most);
  for (const each of taken) set.delete(each);
  return taken;
}

const byUser = (presence: readonly Presence[]): Record<string, Presence> =>
  Object.fromEntries(presence.map(each => [each.userId, each]));
