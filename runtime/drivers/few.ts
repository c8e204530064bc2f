/**
 * A set and a map for thousands of owners that have a handful of entries each, or one: half and a tenth of what those of
 * the language weigh. From the size on where those are quicker, these have one inside. Who iterates sees what was in it
 * when they began.
 */

const MOST_IN_A_LIST = 16;

export class FewSet {
  /** One by itself; some in a list that is never changed, but replaced by one that has room for no more than is in it. */
  private entries: string | readonly string[] | Set<string> = NONE;

  get size(): number {
    const { entries } = this;
    if (typeof entries === 'string') return 1;
    return entries instanceof Set ? entries.size : entries.length;
  }

  has(entry: string): boolean {
    const { entries } = this;
    if (typeof entries === 'string') return entries === entry;
    return entries instanceof Set ? entries.has(entry) : entries.includes(entry);
  }

  add(entry: string): this {
    const { entries } = this;
    if (entries instanceof Set) entries.add(entry);
    else if (entries === NONE) this.entries = entry;
    else if (!this.has(entry)) {
      const more = typeof entries === 'string' ? [entries, entry] : entries.concat(entry);
      this.entries = more.length > MOST_IN_A_LIST ? new Set(more) : more;
    }
    return this;
  }

  delete(entry: string): boolean {
    const { entries } = this;
    if (entries instanceof Set) return entries.delete(entry);
    if (!this.has(entry)) return false;
    const left = typeof entries === 'string' ? NONE : entries.filter(each => each !== entry).slice();
    this.entries = left.length === 0 ? NONE : left;
    return true;
  }

  [Symbol.iterator](): IterableIterator<string> {
    const { entries } = this;
    return typeof entries === 'string' ? [entries].values() : entries.values();
  }

  forEach(visit: (entry: string) => void): void {
    for (const entry of this) visit(entry);
  }
}

const NONE: readonly string[] = [];

export class FewMap<Key, Value> {
  /** The first, by itself; from the second on all of them are in a map. */
  private key: Key | undefined;
  private value: Value | undefined;
  private all: Map<Key, Value> | undefined;
  size = 0;

  constructor(entries: Iterable<readonly [Key, Value]>) {
    for (const [key, value] of entries) this.set(key, value);
  }

  has(key: Key): boolean {
    return this.all ? this.all.has(key) : this.size === 1 && this.key === key;
  }

  get(key: Key): Value | undefined {
    if (this.all) return this.all.get(key);
    return this.has(key) ? this.value : undefined;
  }

  set(key: Key, value: Value): this {
    if (!this.all && (this.size === 0 || this.key === key)) {
      this.key = key;
      this.value = value;
      this.size = 1;
    } else {
      this.all ??= new Map([[this.key as Key, this.value as Value]]);
      this.size = this.all.set(key, value).size;
    }
    return this;
  }

  delete(key: Key): boolean {
    if (!this.has(key)) return false;
    this.all?.delete(key);
    this.forget();
    return true;
  }

  clear(): void {
    this.all?.clear();
    this.forget();
  }

  values(): IterableIterator<Value> {
    if (this.all) return this.all.values();
    return (this.size === 0 ? [] : [this.value as Value]).values();
  }

  private forget(): void {
    this.size = this.all?.size ?? 0;
    this.key = undefined;
    this.value = undefined;
  }
}
