/** One value that is replaced as a whole, and those who want to hear of that. */
export interface Cell<Value> {
  readonly value: Value;
  set(value: Value): void;
  /** Answers with what ends that. */
  subscribe(listener: (value: Value) => void): () => void;
}

export function createCell<Value>(first: Value): Cell<Value> {
  let value = first;
  const listeners = new Set<(value: Value) => void>();
  return {
    get value() {
      return value;
    },
    set(next) {
      value = next;
      for (const listener of listeners) listener(next);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
