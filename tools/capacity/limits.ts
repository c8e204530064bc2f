/** What is full first as users become more, in the deployment of k8s/: one of each server, one channel, eight partitions. */
import { demandOf, type Model, partitionedRate } from './demand.js';
import { gatewaysOf, gbit } from './plan.js';

export interface Limit {
  readonly part: string;
  readonly what: string;
  /** Needed at that number of users, divided by what one gives. */
  readonly ratio: number;
  /** Users at which it is full. */
  readonly fullAt: number;
  /** What takes over. */
  readonly successor: string;
}

type Rule = Omit<Limit, 'ratio' | 'fullAt'> & { readonly load: (users: number) => number };

export const MORE_PODS = 'more replicas';
const SHARDED = 'Redis Cluster, sharded pub/sub';
const CLUSTER = 'RabbitMQ cluster, partitions’ leaders spread over it';
const [PARTED, SPREAD] = ['PostgreSQL partitioned by chat', 'distributed PostgreSQL, by chat'];

function rulesOf(model: Model): Rule[] {
  const { assumed, measured } = model;
  const demand = (users: number) => demandOf(users, model);
  const share = (need: number, one: number) => need / (one * assumed.utilisation);
  const gateways = (users: number) => gatewaysOf(demand(users), model, 'one channel');
  const redis = (users: number) => {
    const { cores, hearing } = demand(users);
    return hearing.Redis === 0 ? cores.Redis : cores.Redis + hearing.Redis * (gateways(users) - 1);
  };
  return [
    {
      part: 'gateway',
      what: 'connections of one',
      successor: MORE_PODS,
      load: n => share(demand(n).sockets, assumed.gateway),
    },
    { part: 'gateway', what: 'processor of one', successor: MORE_PODS, load: n => share(demand(n).cores.gateway, 1) },
    {
      part: 'chat-svc',
      what: 'processor of one',
      successor: MORE_PODS,
      load: n => share(demand(n).cores['chat-svc'], 1),
    },
    {
      part: 'presence-svc',
      what: 'processor of one',
      successor: MORE_PODS,
      load: n => share(demand(n).cores['presence-svc'], 1),
    },
    {
      part: 'chat.messages',
      what: `${measured.partitions} partitions, as busy as measured`,
      successor: 'more partitions',
      load: n => demand(n).messages / partitionedRate(measured),
    },
    {
      part: 'RabbitMQ',
      what: 'processor of one',
      successor: CLUSTER,
      load: n => share(demand(n).cores.RabbitMQ, assumed.cores),
    },
    {
      part: 'RabbitMQ',
      what: 'processor, were every message alone',
      successor: CLUSTER,
      load: n => share(demand(n).brokerCoresAlone, assumed.cores),
    },
    { part: 'Redis', what: 'its one core', successor: SHARDED, load: n => share(redis(n), 1) },
    {
      part: 'Redis',
      what: 'network, to all gateways',
      successor: SHARDED,
      load: n => share(demand(n).heardBytes * gateways(n), gbit(assumed.gbit)),
    },
    {
      part: 'gateway',
      what: 'hearing of every message',
      successor: SHARDED,
      load: n => share(demand(n).hearing.gateway, 1),
    },
    {
      part: 'PostgreSQL',
      what: 'processor',
      successor: SPREAD,
      load: n => share(demand(n).cores.PostgreSQL, assumed.cores),
    },
    { part: 'PostgreSQL', what: 'commits', successor: SPREAD, load: n => share(demand(n).commits, assumed.commits) },
    { part: 'PostgreSQL', what: 'log', successor: SPREAD, load: n => share(demand(n).walBytes, assumed.wal * 1e6) },
    {
      part: 'PostgreSQL',
      what: 'disk, after a year',
      successor: `${PARTED}, then ${SPREAD}`,
      load: n => demand(n).storedBytes / (assumed.disk * 1e12),
    },
  ];
}

/** At so many users, the first to be full comes first. */
export function limitsOf(users: number, model: Model): Limit[] {
  return rulesOf(model)
    .map(({ load, ...rest }) => ({ ...rest, ratio: load(users), fullAt: fullAt(load) }))
    .toSorted((one, other) => one.fullAt - other.fullAt);
}

const [FEWEST, MOST] = [1, 1e15];

/** Loads only rise with users, though not all in proportion. */
function fullAt(load: (users: number) => number): number {
  if (load(MOST) < 1) return Number.POSITIVE_INFINITY;
  let [low, high] = [FEWEST, MOST];
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high);
    if (load(middle) < 1) low = middle;
    else high = middle;
  }
  return high;
}
