/**
 * A map of what comes and goes, such as requests that wait for their answer. V8 links the tables that a `Map` has
 * outgrown, or was cleared of, to their successors. Once one of them is old, everything that was in later ones is taken
 * for alive until the next full collection: each message would be copied twice by the garbage collector, and grow old.
 * This one begins with a new map whenever it has become empty.
 */
export class EphemeralMap<Key, Value> {
  #map = new Map<Key, Value>();

  get size(): number {
    return this.#map.size;
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key);
  }

  set(key: Key, value: Value): void {
    this.#map.set(key, value);
  }

  delete(key: Key): boolean {
    const had = this.#map.delete(key);
    if (had && this.#map.size === 0) this.#map = new Map();
    return had;
  }

  keys(): IterableIterator<Key> {
    return this.#map.keys();
  }

  values(): IterableIterator<Value> {
    return this.#map.values();
  }

  /** All there is, and nothing of it stays. */
  takeAll(): ReadonlyMap<Key, Value> {
    const all = this.#map;
    this.#map = new Map();
    return all;
  }
}
