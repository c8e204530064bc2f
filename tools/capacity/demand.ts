/** What so many users ask of each part at their peak: rates, cores and bytes, before anything is rounded up to servers. */
import type { Assumptions } from './assumptions.js';
import { type Costs, talkOf, usPerMessage } from './costs.js';
import { type Measured, ONE_OF_EACH } from './measured.js';

/** The same for all users: what was measured, what it costs, and what is assumed. */
export interface Model {
  readonly measured: Measured;
  readonly costs: Costs;
  readonly assumed: Assumptions;
}

export interface Demand {
  /** Connections, and per second: messages, what reaches connections, and what PostgreSQL commits. */
  readonly sockets: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly commits: number;
  readonly batch: number;
  /** Partitions of `chat.messages`, each as busy as it was measured, or less. */
  readonly partitions: number;
  /** Cores that are busy. Of the gateway and Redis without what further gateways add. */
  readonly cores: Readonly<
    Record<'gateway' | 'chat-svc' | 'presence-svc' | 'RabbitMQ' | 'PostgreSQL' | 'Redis', number>
  >;
  /** Of RabbitMQ at worst: when no two messages of a gateway travel together. */
  readonly brokerCoresAlone: number;
  /** Cores that each gateway beyond the first adds by hearing of a message: to itself, and to Redis. */
  readonly hearing: Readonly<Record<'gateway' | 'Redis', number>>;
  /** Bytes a second. */
  readonly walBytes: number;
  /** To Redis, and from it to one gateway that hears of everything. */
  readonly toldBytes: number;
  readonly heardBytes: number;
  /** To RabbitMQ and from it. */
  readonly brokerBytes: readonly [to: number, from: number];
  readonly queuedBytes: number;
  /** In a year, of one copy. */
  readonly storedBytes: number;
  /** To clients, in a month. */
  readonly sentBytes: number;
}

const DAY_S = 86_400;
const [YEAR_DAYS, MONTH_DAYS] = [365, 30];

export function demandOf(users: number, { measured, costs, assumed }: Model): Demand {
  const { bytes, idle, receiptUs, callUs } = measured;
  const { connections } = assumed;
  const sockets = users * assumed.online;
  const daily = users * assumed.messages;
  const messages = (daily / DAY_S) * assumed.peak;
  const receipts = messages * assumed.receipts;
  const connects = (sockets * assumed.reconnects) / 3_600;
  const spread = spreadOf(messages, measured);
  const longer = assumed.body - bytes.body;

  const perSecond = (us: number) => us / 1e6;
  const talking = (process: string, { batch } = spread) =>
    perSecond(messages * usPerMessage(costs, process, { connections, batch }));
  const marking = (process: string) => perSecond(receipts * (receiptUs[process] ?? 0));
  // A gateway that is filled with connections has no time for anything else, so this is what one costs at most.
  const connecting = connects / idle.connectsPerS;
  const resting = (sockets * idle.restingCores) / idle.sockets;
  return {
    ...{ sockets, messages, ...spread },
    deliveries: messages * connections,
    commits: messages / spread.batch,
    cores: {
      gateway: talking('gateway') + perSecond(receipts * callUs) + connecting + resting,
      'chat-svc': talking('chat-svc'),
      'presence-svc': talking('presence-svc') + marking('presence-svc'),
      RabbitMQ: talking('RabbitMQ') + marking('RabbitMQ'),
      PostgreSQL: talking('PostgreSQL') + marking('PostgreSQL'),
      Redis: talking('Redis') + marking('Redis'),
    },
    brokerCoresAlone: talking('RabbitMQ', { ...spread, batch: 1 }) + marking('RabbitMQ'),
    hearing: {
      gateway: perSecond(messages * costs.hearing.gateway),
      Redis: perSecond(messages * costs.hearing.Redis),
    },
    walBytes: messages * (bytes.wal + longer),
    toldBytes: messages * (bytes.redisIn + longer),
    heardBytes: messages * (bytes.redisOut + longer),
    brokerBytes: [messages * (bytes.brokerIn + longer), messages * (bytes.brokerOut + longer)],
    queuedBytes: messages * (bytes.brokerIn + longer) * assumed.outage * 60,
    storedBytes: daily * YEAR_DAYS * (bytes.stored + longer),
    sentBytes: daily * MONTH_DAYS * connections * (bytes.received + longer),
  };
}

/**
 * Partitions are added so that none has more to do than when it was measured with a few messages in flight; then a batch
 * is as large as it was there. With less to do, there is less in a batch, down to one message.
 */
function spreadOf(messages: number, measured: Measured): Pick<Demand, 'partitions' | 'batch'> {
  const { messagesPerS, batch } = talkOf(measured, ONE_OF_EACH);
  const each = messagesPerS / measured.partitions;
  const partitions = Math.max(measured.partitions, Math.ceil(messages / each));
  return { partitions, batch: Math.max(1, (batch * messages) / partitions / each) };
}

/** Messages a second that the partitions of today take. */
export const partitionedRate = (measured: Measured): number => talkOf(measured, ONE_OF_EACH).messagesPerS;
