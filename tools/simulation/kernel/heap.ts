/** A binary heap of things that are due at some time; of those due at the same time the one that was added first. */

export interface Due {
  readonly at: number;
  readonly number: number;
}

const before = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.number < b.number);

export class Heap<Thing extends Due> {
  private readonly things: Thing[] = [];

  add(thing: Thing): void {
    const { things } = this;
    let at = things.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = things[parent] as Thing;
      if (before(above, thing)) break;
      things[at] = above;
      at = parent;
    }
    things[at] = thing;
  }

  /** Takes out the first. */
  take(): Thing | undefined {
    const { things } = this;
    const first = things[0];
    const last = things.pop();
    if (last === undefined || things.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= things.length) break;
      if (child + 1 < things.length && before(things[child + 1] as Thing, things[child] as Thing)) child += 1;
      if (before(last, things[child] as Thing)) break;
      things[at] = things[child] as Thing;
      at = child;
    }
    things[at] = last;
    return first;
  }
}
