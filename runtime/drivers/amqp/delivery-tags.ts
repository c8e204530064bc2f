/** What was written to one confirm channel, by the delivery tags by which the broker confirms it: 1, 2, 3, … */

import { EphemeralMap } from '../../core/ephemeral-map.js';

export interface Confirmation {
  readonly deliveryTag: number;
  /** It and everything before it. */
  readonly multiple: boolean;
}

export interface DeliveryTags<Thing> {
  /** It was written; answers its tag. */
  add(thing: Thing): number;
  /** What a confirmation speaks of; the channel has nothing more to say about it. */
  take(confirmation: Confirmation): Thing[];
  /** Whatever the channel says about it from now on is not to be believed. */
  forget(tag: number): void;
}

export function deliveryTags<Thing>(): DeliveryTags<Thing> {
  const byTag = new EphemeralMap<number, Thing>();
  let last = 0;
  return {
    add(thing) {
      last += 1;
      byTag.set(last, thing);
      return last;
    },
    take({ deliveryTag, multiple }) {
      const taken: Thing[] = [];
      for (const tag of multiple ? byTag.keys() : [deliveryTag]) {
        if (tag > deliveryTag) break;
        const thing = byTag.get(tag);
        byTag.delete(tag);
        if (thing !== undefined) taken.push(thing);
      }
      return taken;
    },
    forget: tag => void byTag.delete(tag),
  };
}
