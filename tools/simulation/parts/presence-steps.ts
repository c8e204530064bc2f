/**
 * The atomic steps of presence as Redis carries them out, on sets in memory: what the scripts of the driver say in Lua,
 * by the server's own clock. That the scripts do say this, the driver's tests see on a real Redis.
 */
import { NOBODY } from '#runtime/drivers/redis/presence-scripts.js';

export interface PresenceRules {
  /** Whether the connections of an owner whose lease was not renewed count no more. */
  readonly lapses: boolean;
  /** Whether connections that stood all the time are registered again. */
  readonly restores: boolean;
  /** What is taken off the books when a connection leaves. */
  readonly leaves: 'the connection' | 'all of its user';
}

type Args = readonly (string | number)[];

export interface PresenceSteps {
  run(step: string, args: Args): unknown;
  /** What is in the set `owner:OWNER`, or in `returned`. */
  members(name: string): string[];
  clear(): void;
}

class Sets extends Map<string, Set<string>> {
  of(name: string): ReadonlySet<string> {
    return this.get(name) ?? new Set();
  }
  put(name: string, member: string): void {
    this.set(name, (this.get(name) ?? new Set()).add(member));
  }
  take(name: string, member: string): void {
    const set = this.get(name);
    if (set?.delete(member) && set.size === 0) this.delete(name);
  }
}

const split = (entry: string): [string, string] => {
  const bar = entry.indexOf('|');
  return [entry.slice(0, bar), entry.slice(bar + 1)];
};

export function presenceSteps(now: () => number, rules: PresenceRules): PresenceSteps {
  const owners = new Map<string, number>();
  const [users, owned, returned] = [new Sets(), new Sets(), new Set<string>()];
  let settlingUntil = 0;

  const alive = (owner: string): boolean =>
    owners.has(owner) && ((owners.get(owner) as number) > now() || (!rules.lapses && owner !== NOBODY));
  const live = (user: string, sure?: string): boolean =>
    [...users.of(user)].some(entry => split(entry)[0] === sure || alive(split(entry)[0]));

  function register(owner: string, user: string, connection: string): void {
    users.put(user, `${owner}|${connection}`);
    owned.put(owner, `${user}|${connection}`);
  }
  function unregister(owner: string, user: string, connection: string): void {
    users.take(user, `${owner}|${connection}`);
    owned.take(owner, `${user}|${connection}`);
  }
  function lease(owner: string, lasts: number): void {
    const lapses = owners.get(owner);
    if (lapses !== undefined && lapses <= now() && owner !== NOBODY) {
      for (const entry of owned.of(owner)) returned.add(split(entry)[0]);
    }
    owners.set(owner, now() + lasts);
  }

  /** Owner, how long its lease is, (how long its keys are kept,) whether it had one, and the grace; then the rest. */
  function terms([owner, lasts, , had, grace, ...rest]: Args) {
    if (had === 1 && !owners.has(String(owner))) settlingUntil = now() + Number(grace);
    const pairs = rest.flatMap((user, at) => (at % 2 === 0 ? [[String(user), String(rest[at + 1])] as const] : []));
    return { owner: String(owner), lasts: Number(lasts), grace: Number(grace), pairs };
  }

  function attach(args: Args, back: (user: string) => void): number[] {
    const { owner, lasts, pairs } = terms(args);
    const first = pairs.map(([user, connection]) => {
      const isFirst = !live(user);
      if (isFirst) back(user);
      register(owner, user, connection);
      return isFirst ? 1 : 0;
    });
    lease(owner, lasts);
    return first;
  }

  function sweep(all: boolean, swept: readonly string[]): string[] {
    return swept.filter(user => {
      const isLive = live(user);
      if (all) returned.delete(user);
      for (const entry of all || isLive ? [...users.of(user)] : []) {
        const [owner, connection] = split(entry);
        if (alive(owner)) continue;
        unregister(owner, user, connection);
        if (!owned.has(owner)) owners.delete(owner);
      }
      return !isLive;
    });
  }

  const steps: Record<string, (args: Args) => unknown> = {
    presence_attach: args => attach(args, () => {}),
    presence_restore: args => (rules.restores ? attach(args, user => returned.add(user)) : []),
    presence_detach(args) {
      const { owner, lasts, grace, pairs } = terms(args);
      const settling = settlingUntil > now();
      const last = pairs.map(([user, connection]) => {
        unregister(owner, user, connection);
        if (rules.leaves === 'all of its user') {
          for (const entry of [...users.of(user)]) unregister(split(entry)[0], user, split(entry)[1]);
        }
        const none = !live(user, owner);
        if (none && settling) {
          register(NOBODY, user, owner);
          lease(NOBODY, grace);
        }
        return none && !settling ? 1 : 0;
      });
      lease(owner, lasts);
      return last;
    },
    presence_renew(args) {
      const { owner, lasts } = terms(args);
      const running = alive(owner) ? 1 : 0;
      lease(owner, lasts);
      return [running, owned.of(owner).size];
    },
    presence_relinquish([owner]) {
      if (owned.has(String(owner))) owners.set(String(owner), now());
      else owners.delete(String(owner));
      return 0;
    },
    presence_online: args => args.map(user => (live(String(user)) ? 1 : 0)),
    presence_lapsedOwners() {
      const lapsed = [...owners.keys()].filter(owner => !alive(owner));
      for (const owner of lapsed) if (!owned.has(owner)) owners.delete(owner);
      return lapsed.filter(owner => owned.has(owner));
    },
    presence_sweep: ([all, ...swept]) => sweep(all === 1, swept.map(String)),
  };

  return {
    run: (step, args) => steps[step]?.(args),
    members: name => [...(name === 'returned' ? returned : owned.of(name.replace(/^owner:/, '')))],
    clear() {
      for (const each of [owners, users, owned, returned]) each.clear();
      settlingUntil = 0;
    },
  };
}
