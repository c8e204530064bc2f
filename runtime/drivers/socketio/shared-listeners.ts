/**
 * Listeners that many emitters of a kind have in common. By itself each emitter has a table of its own, as a dictionary,
 * and closures in it that know what is beside it; ten thousand connections have five such emitters each. Here the table
 * is an object of one field, what is beside the emitter, and the listeners are in its prototype, where Node finds them
 * as well; whatever is added later goes into the table itself, in front of them.
 */

/** Of an event emitter of Node. Private there, and there since its first versions. */
export interface Emitter {
  _events?: unknown;
  _eventsCount?: number;
  eventNames(): readonly (string | symbol)[];
  listenerCount(event: string): number;
}

export interface Shared<On, Beside> {
  /** How many the emitter must have of its own when these take their place; of events that are not named it may have none. */
  readonly instead: Readonly<Record<string, readonly number[]>>;
  readonly listeners: Readonly<Record<string, (on: On, beside: Beside, first: never, second: never) => void>>;
}

const BESIDE = Symbol('beside');

/** What is beside an emitter whose listeners are shared. */
export const besideOf = ({ _events: table }: Emitter): unknown =>
  (table as { [BESIDE]?: unknown } | undefined)?.[BESIDE];

/** Gives what puts them into an emitter's place of its own, and says whether it did: not into one that is otherwise. */
export function sharedListeners<On extends Emitter, Beside>({ instead, listeners }: Shared<On, Beside>) {
  class Table {
    [BESIDE]: Beside;
    constructor(beside: Beside) {
      this[BESIDE] = beside;
    }
  }
  const names = Object.keys(listeners);
  const shared: object = Table.prototype;
  Reflect.deleteProperty(shared, 'constructor');
  Object.setPrototypeOf(shared, null);
  for (const [name, listener] of Object.entries(listeners)) {
    Object.assign(shared, {
      [name](this: On, first: never, second: never) {
        listener(this, (this._events as Table)[BESIDE], first, second);
      },
    });
  }

  return (emitter: On, beside: Beside): boolean => {
    if (typeof emitter._events !== 'object' || typeof emitter._eventsCount !== 'number') return false;
    if (emitter.eventNames().some(name => typeof name !== 'string' || !(name in instead))) return false;
    for (const [name, counts] of Object.entries(instead)) {
      if (!counts.includes(emitter.listenerCount(name))) return false;
    }
    emitter._events = new Table(beside);
    emitter._eventsCount = names.length;
    return true;
  };
}
