/** Something that goes wrong with a part of the world, for a while. */
import type { Random } from '../random.js';
import type { Chatting } from '../workload/workload.js';
import type { Engine, World } from '../world/world.js';

export type Part = 'gateway' | 'chat-svc' | 'presence-svc' | 'rabbitmq' | 'redis' | 'postgres' | 'files' | 'clients';

/** All that can be hurt: the machines, and the people. */
export interface Scene extends World {
  readonly chatting: Pick<Chatting, 'overwhelm'>;
}

/** Resolves when the part is back. */
type Heal = () => Promise<void>;

export interface Fault {
  readonly name: string;
  /** Faults that happen together have no part in common. */
  readonly parts: readonly Part[];
  /** It can only happen to this. */
  readonly engine?: Engine;
  /** How long it lasts, in ms: at least, at most; mostly rather short. */
  readonly lasts: readonly [number, number];
  inject(scene: Scene, random: Random): Promise<Heal>;
}
