/** Where each type of event goes, looked up once when a service starts. */
import type { AnyEventType } from '../contract/event-type.js';
import type { FactTopology, Topic } from '../contract/ports.js';
import type { QueueSpec } from '../contract/route.js';
import type { Service } from '../contract/service.js';
import { bindingsOf, FACT_SLOTS, physicalQueueOf, physicalQueues, slotOf } from './partitions.js';

export interface Target {
  /** The queue or exchange, as metrics and traces name it. */
  readonly name: string;
  /** The member of the data that orders. */
  readonly key?: string;
  readonly replyWithinMs?: number;
  /** Of a wish. */
  readonly queue?: QueueSpec;
  /** What keeps one order: the physical queue of this key, or the slot of the exchange. */
  lane(key: string | undefined): string;
  /** Of a fact. */
  topic?(key: string | undefined): Topic;
}

/** By type. What is `unheard` is a fact that nobody wants. */
export type Targets = ReadonlyMap<string, Target | 'unheard'>;

type Table = Pick<Service, 'name' | 'queues' | 'routes' | 'facts'>;

/** Throws an Error that names the fault of the service's table. `announcesAll`: facts are wanted though nobody subscribes. */
export function targetsOf({ name, queues, routes = [], facts }: Table, announcesAll = false): Targets {
  const targets = new Map<string, Target | 'unheard'>();
  for (const { type, queue, ...how } of routes) {
    const spec = queues.find(each => each.name === queue);
    // A table may be shared by services that do not publish all of it.
    if (!spec) continue;
    if (targets.has(type)) throw new Error(`${name} has two routes for ${type}`);
    targets.set(type, { name: queue, queue: spec, ...how, lane: key => physicalQueueOf(spec, key) });
  }
  for (const { type, key, subscribers } of facts?.facts ?? []) {
    if (targets.has(type)) throw new Error(`${name} has a route for ${type}, which is a fact`);
    const odd = subscribers.find(({ partitions }) => partitions > 0 && FACT_SLOTS % partitions > 0);
    if (odd)
      throw new Error(
        `${odd.name} subscribes to ${type}, but its ${odd.partitions} partitions do not divide ${FACT_SLOTS}`,
      );
    const heard = announcesAll || subscribers.length > 0;
    targets.set(type, heard ? factTarget(facts?.exchange ?? '', type, key) : 'unheard');
  }
  return targets;
}

function factTarget(exchange: string, type: string, key: string): Target {
  return {
    name: exchange,
    key,
    lane: value => `${exchange}.${slotOf(value)}`,
    topic: value => ({ exchange, type, slot: slotOf(value) }),
  };
}

/** Throws an Error when a function publishes what goes nowhere: neither a wish with a route from here, nor a fact of the product. */
export function checkPublished({ name, bindings }: Pick<Service, 'name' | 'bindings'>, targets: Targets): void {
  for (const { fn } of bindings) {
    for (const { type } of (fn.publishes ?? []) as readonly AnyEventType[]) {
      if (!targets.has(type)) {
        throw new Error(
          `${name}: ${fn.name} publishes ${type}, which is no fact, and has no route to a queue of ${name}`,
        );
      }
    }
  }
}

/** The facts that the service's functions publish, and who gets them; undefined when nobody does. */
export function subscriptionsOf({ bindings, facts }: Pick<Service, 'bindings' | 'facts'>) {
  if (!facts) return undefined;
  const published = new Set(bindings.flatMap(({ fn }) => (fn.publishes ?? []).map(({ type }: AnyEventType) => type)));
  const heard = facts.facts.filter(({ type, subscribers }) => published.has(type) && subscribers.length > 0);
  if (heard.length === 0) return undefined;
  const specs = new Map(heard.flatMap(({ subscribers }) => subscribers.map(spec => [spec.name, spec] as const)));
  const topology: FactTopology = {
    exchange: facts.exchange,
    bindings: heard.flatMap(({ type, subscribers }) => subscribers.flatMap(spec => bindingsOf(spec, type))),
  };
  return { queues: [...specs.values()].flatMap(physicalQueues), topology };
}

/** The queues whose number of partitions may change: no subscriber of facts, which are bound to the partitions that there are. */
export function growingQueues({ queues, facts }: Pick<Service, 'queues' | 'facts'>): readonly QueueSpec[] {
  const subscribers = new Set(facts?.facts.flatMap(fact => fact.subscribers.map(({ name }) => name)));
  return queues.filter(({ name, partitions }) => partitions > 0 && !subscribers.has(name));
}
