/**
 * The map of the functions: what sets each off in which image, what it needs, and where what it says goes. All of it is
 * read from the declarations and the images' tables; what a function may emit and publish, the compiler holds it to.
 */
import type { AnyEventType } from '#runtime/contract/event-type.js';
import type { Binding, Service } from '#runtime/contract/service.js';
import type { Trigger } from '#runtime/contract/trigger.js';
import type { Found } from './functions.js';

export interface Entry {
  readonly name: string;
  readonly file: string;
  readonly summary: string;
  readonly access: string;
  /** By image. A function that no image lists does nothing yet. */
  readonly triggers: Readonly<Record<string, readonly string[]>>;
  /** Ports. */
  readonly needs: readonly string[];
  /** Live events, to clients. */
  readonly emits: readonly string[];
  /** Event types, and the functions that take them. */
  readonly publishes: readonly { readonly type: string; readonly to: readonly string[] }[];
}

export function mapOf(found: readonly Found[], images: readonly Service[]): Entry[] {
  const bindings = images.flatMap(image => image.bindings);
  return found.map(({ fn, file }) => ({
    name: fn.name,
    file,
    summary: fn.summary,
    access: fn.access,
    triggers: Object.fromEntries(
      images
        .map(({ name, bindings: own }) => [name, own.filter(each => each.fn === fn).map(triggerOf)] as const)
        .filter(([, triggers]) => triggers.length > 0),
    ),
    needs: fn.needs,
    emits: fn.emits ?? [],
    publishes: (fn.publishes ?? []).map(({ type }: AnyEventType) => ({ type, to: takersOf(type, bindings) })),
  }));
}

const takersOf = (type: string, bindings: readonly Binding[]): string[] => [
  ...new Set(bindings.filter(({ trigger }) => takes(trigger, type)).map(({ fn }) => fn.name)),
];

const takes = (trigger: Trigger, type: string): boolean =>
  trigger.kind === 'queue' ? trigger.types.includes(type) : trigger.kind === 'event' && trigger.type === type;

function triggerOf({ trigger }: Binding): string {
  switch (trigger.kind) {
    case 'http':
      return `${trigger.method} ${trigger.path}`;
    case 'socket':
      return `socket ${trigger.event}${trigger.ordered ? ', in order' : ''}`;
    case 'connection':
      return `connection ${trigger.on}s`;
    case 'queue':
      return `queue ${trigger.queue}, up to ${trigger.batch.size} at once`;
    case 'event':
      return `event ${trigger.type}`;
    case 'timer':
      return `timer, every ${trigger.everyMs / 1_000} s`;
    default:
      throw new Error(`no such trigger: ${(trigger satisfies never as Trigger).kind}`);
  }
}
