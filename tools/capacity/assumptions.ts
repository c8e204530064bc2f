/** What the model cannot know: how people use it, what one server gives, and what things cost. Each is an option. */

interface Assumption {
  readonly value: number;
  readonly meaning: string;
}

const assume = (value: number, meaning: string): Assumption => ({ value, meaning });

export const ASSUMPTIONS = {
  online: assume(0.2, 'share of the users who are connected at the peak, one connection each'),
  messages: assume(40, 'messages that a user sends a day'),
  peak: assume(3, 'the busiest second, as a multiple of the mean one'),
  connections: assume(6, 'connections that a message reaches, the sender’s own among them'),
  body: assume(100, 'bytes of a text'),
  receipts: assume(1, 'read and delivered marks that clients send for each message'),
  reconnects: assume(2, 'times an hour that a connection is made anew'),
  utilisation: assume(0.6, 'how full anything may be at the peak; the rest is for failures and surprises'),
  copies: assume(3, 'of each queue and of the database; each copy is taken to cost as much as the first'),
  outage: assume(10, 'minutes without the database that RabbitMQ must be able to hold'),
  gateway: assume(20_000, 'connections that a gateway takes; the code’s own limit'),
  cores: assume(16, 'cores of one server of RabbitMQ or PostgreSQL; Redis works on one, whatever there is'),
  commits: assume(10_000, 'commits a second that one PostgreSQL’s disk takes'),
  wal: assume(200, 'MB of its log that one PostgreSQL writes a second'),
  disk: assume(8, 'TB that one PostgreSQL keeps'),
  gbit: assume(10, 'Gbit a second that one Redis sends'),
  'gb-per-core': assume(4, 'GB of memory that servers have for each core'),
  'presence-kb': assume(1, 'kB of Redis’s memory for each user who is online'),
  'price-core': assume(0.03, 'of a core for an hour'),
  'price-gb': assume(0.004, 'of a GB of memory for an hour'),
  'price-disk': assume(0.1, 'of a GB on disk for a month'),
  'price-traffic': assume(0.05, 'of a GB sent to clients'),
} satisfies Record<string, Assumption>;

export type Name = keyof typeof ASSUMPTIONS;
export type Assumptions = Readonly<Record<Name, number>>;

export const NAMES = Object.keys(ASSUMPTIONS) as Name[];

/** The defaults, but for what is given. */
export function assumptions(given: Partial<Assumptions> = {}): Assumptions {
  const all = Object.fromEntries(NAMES.map(name => [name, given[name] ?? ASSUMPTIONS[name].value]));
  return all as Record<Name, number>;
}
