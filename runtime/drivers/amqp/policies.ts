/**
 * Policies beat a queue's own arguments at the broker, and AMQP tells nothing of them: the management API does, where
 * it answers. https://www.rabbitmq.com/docs/parameters#policies
 */
import type { QueueTold } from './management.js';

type Judgement = (value: unknown, all: Readonly<Record<string, unknown>>, version: string) => string | undefined;

/** RabbitMQ 4 takes a negative limit for none; to versions before it, the first failed delivery is one too many. */
const limits = (value: unknown, version: string): boolean => !(Number(value) < 0 && Number.parseInt(version, 10) >= 4);

/** What each key does to a queue in which confirmed messages wait; undefined for what does them no harm. */
const HARM: Readonly<Record<string, Judgement>> = {
  overflow: value => (value === 'drop-head' ? 'drops messages that were confirmed' : undefined),
  'message-ttl': () => 'ends messages that were confirmed before they are worked on',
  expires: () => 'deletes the queue, with what is in it, while nobody consumes',
  'delivery-limit': (value, _, version) =>
    limits(value, version) ? 'dead-letters good messages when consumers are restarted that often' : undefined,
};

const HARM_TO_DEAD_LETTERS: typeof HARM = {
  'max-length': (_, { overflow = 'drop-head' }) => (overflow === 'drop-head' ? 'drops dead letters' : undefined),
  'max-length-bytes': (_, { overflow = 'drop-head' }) => (overflow === 'drop-head' ? 'drops dead letters' : undefined),
  'message-ttl': () => 'ends dead letters',
  expires: () => 'deletes the dead-letter queue with what is in it',
  'delivery-limit': (value, _, version) =>
    limits(value, version) ? 'ends dead letters that were looked at that often' : undefined,
};

/** One sentence for each key of a policy that harms queues, naming the first of them. */
export function harmOf(
  queues: readonly QueueTold[],
  isDeadLetterQueue: (name: string) => boolean,
  version: string,
): string[] {
  const found = new Map<string, string[]>();
  for (const { name, policy, operator_policy: operator, effective_policy_definition: definition } of queues) {
    const all = Object(definition) as Record<string, unknown>;
    const from = [policy, operator].filter(Boolean).join(' and ');
    const harms = isDeadLetterQueue(name) ? HARM_TO_DEAD_LETTERS : HARM;
    for (const [key, harm] of Object.entries(harms)) {
      const words = key in all ? harm(all[key], all, version) : undefined;
      if (words === undefined) continue;
      const what = `${key}=${String(all[key])} of policy ${from} ${words}`;
      found.set(what, [...(found.get(what) ?? []), name]);
    }
  }
  return [...found].map(([what, names]) => `${among(names)}: ${what}`);
}

export const among = ([first, ...others]: readonly string[]): string =>
  others.length === 0 ? `queue ${first}` : `queue ${first} and ${others.length} more`;
