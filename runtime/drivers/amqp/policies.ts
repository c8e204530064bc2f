/**
 * Policies beat a queue's own arguments at the broker, and AMQP tells nothing of them: the management API does, where
 * it answers. https://www.rabbitmq.com/docs/parameters#policies
 */

export interface Management {
  /** Without a path behind the host's name, or with that which a proxy puts there. */
  readonly url: string;
  readonly authorization: string;
  readonly vhost: string;
}

export interface QueueInForce {
  readonly name: string;
  readonly policy?: string | null;
  readonly operator_policy?: string | null;
  readonly effective_policy_definition?: unknown;
}

const PATIENCE_MS = 3_000;
const MOST_QUEUES = 500;

/** Where the broker of an AMQP URL has its management API: its port is 10,000 higher, unless `url` names another. */
export function managementOf(amqpUrl: string, url?: string): Management {
  const { protocol, hostname, port, username, password, pathname } = new URL(amqpUrl);
  const secure = protocol === 'amqps:';
  const usual = `${secure ? 'https' : 'http'}://${hostname}:${Number(port || (secure ? 5_671 : 5_672)) + 10_000}`;
  const named = url === undefined ? undefined : new URL(url);
  const user = decodeURIComponent(named?.username || username || 'guest');
  const secret = decodeURIComponent((named?.username ? named.password : password) || 'guest');
  return {
    url: (named ? `${named.origin}${named.pathname}` : usual).replace(/\/$/, ''),
    authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
    vhost: pathname.length > 1 ? decodeURIComponent(pathname.slice(1)) : '/',
  };
}

/** The queues of these names with what is in force for them. Rejects when the API does not tell. */
export async function queuesInForce(from: Management, names: readonly string[]): Promise<readonly QueueInForce[]> {
  const query = new URLSearchParams({
    name: `^(?:${names.map(name => name.replace(/[^\w-]/g, '\\$&')).join('|')})$`,
    use_regex: 'true',
    page: '1',
    page_size: `${MOST_QUEUES}`,
    columns: 'name,policy,operator_policy,effective_policy_definition',
  });
  const response = await fetch(`${from.url}/api/queues/${encodeURIComponent(from.vhost)}?${query}`, {
    headers: { authorization: from.authorization },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`it answers ${response.status}`);
  }
  const { items } = (await response.json()) as { items?: readonly QueueInForce[] };
  if (!Array.isArray(items)) throw new Error('it answers something else');
  return items;
}

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
  queues: readonly QueueInForce[],
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

const among = ([first, ...others]: readonly string[]): string =>
  others.length === 0 ? `queue ${first}` : `queue ${first} and ${others.length} more`;
