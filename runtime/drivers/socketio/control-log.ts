/**
 * Remembers the joins, leaves and closes that are applied while somebody wants to know of them, in their order.
 * A list linked forwards: whoever marks a place keeps all that follows in memory, and nobody else keeps anything.
 */
import type { Step } from '../../contract/ports.js';

/** A step that changes who is where, rather than telling them something. */
export type Control = Exclude<Step, { send: string }>;

export interface ControlLog {
  add(control: Control): void;
  /** What gives all that was added since this call, up to when it is asked. */
  mark(): () => Iterable<Control>;
}

interface Entry {
  control?: Control;
  next?: Entry;
}

export function controlLog(): ControlLog {
  let latest: Entry = {};
  return {
    add: control => {
      latest.next = { control };
      latest = latest.next;
    },
    mark: () => {
      const from = latest;
      return () => since(from);
    },
  };
}

function* since({ next }: Entry): Generator<Control> {
  for (let entry = next; entry; entry = entry.next) if (entry.control) yield entry.control;
}
