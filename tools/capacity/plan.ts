/** Turns what is asked into pods, servers, disks and money. Everything is bought for the peak, and there all the time. */
import { type Demand, demandOf, type Model } from './demand.js';

export interface Plan {
  readonly users: number;
  readonly demand: Demand;
  /** Whether each gateway hears of every message, as now, or only of those that concern its people. */
  readonly fanout: 'one channel' | 'sharded';
  readonly gateways: number;
  /** Of one gateway, full of connections. */
  readonly gatewayMb: number;
  readonly chatSvc: number;
  readonly presenceSvc: number;
  readonly partitions: number;
  readonly rabbitmq: Server;
  /** At worst: were every message alone. It is not bought. */
  readonly rabbitmqAlone: Server;
  readonly postgres: Server;
  readonly redis: Server;
  /** Of one Redis, or all of them together. */
  readonly redisBytesPerS: number;
  readonly monthly: Readonly<Record<'cores' | 'memory' | 'disks' | 'traffic' | 'total', number>>;
}

/** Copies included. */
export interface Server {
  readonly nodes: number;
  readonly cores: number;
  readonly memoryGb: number;
  readonly diskGb: number;
}

const HOURS = 730;
const LEAST_PODS = 2;
const [GB, TB] = [1e9, 1e12];

export function planOf(users: number, model: Model): Plan {
  const { measured, assumed } = model;
  const { utilisation, copies } = assumed;
  const demand = demandOf(users, model);
  const { cores } = demand;
  const full = (need: number, one: number) => Math.ceil(need / (one * utilisation));
  const pods = (busy: number) => Math.max(LEAST_PODS, full(busy, 1));

  const together = gatewaysOf(demand, model, 'one channel');
  const fanout: Plan['fanout'] = fits(demand, model, together) ? 'one channel' : 'sharded';
  const gateways = fanout === 'sharded' ? gatewaysOf(demand, model, fanout) : together;
  const hearers = hearersOf(gateways, model, fanout);
  const redisCores = cores.Redis + demand.hearing.Redis * (hearers - 1);
  const redisBytesPerS = demand.heardBytes * hearers;
  const masters = Math.max(1, full(redisCores, 1), full(redisBytesPerS, gbit(assumed.gbit)));

  const chatSvc = pods(cores['chat-svc']);
  const primaries = Math.max(
    full(cores.PostgreSQL, assumed.cores),
    full(demand.walBytes, assumed.wal * 1e6),
    full(demand.commits, assumed.commits),
    Math.ceil(demand.storedBytes / (assumed.disk * TB)),
  );
  const server = (nodes: number, busy: number, diskGb: number, memoryGb?: number): Server => {
    const bought = Math.max(nodes, busy / utilisation);
    return { nodes, cores: bought, diskGb, memoryGb: memoryGb ?? bought * assumed['gb-per-core'] };
  };
  const broker = (busy: number): Server =>
    server(Math.max(copies, full(busy * copies, assumed.cores)), busy * copies, (demand.queuedBytes * copies) / GB);
  const presenceGb = (demand.sockets * assumed['presence-kb']) / 1e6;
  const bare: Omit<Plan, 'monthly'> = {
    ...{ users, demand, fanout, gateways, chatSvc, redisBytesPerS },
    gatewayMb: measured.idle.emptyMb + ((demand.sockets / gateways) * measured.idle.kbPerSocket) / 1024,
    presenceSvc: pods(cores['presence-svc']),
    partitions: Math.max(demand.partitions, chatSvc),
    rabbitmq: broker(cores.RabbitMQ),
    rabbitmqAlone: broker(demand.brokerCoresAlone),
    postgres: server(primaries * copies, cores.PostgreSQL * copies, (demand.storedBytes * copies) / GB),
    redis: server(masters * 2, redisCores * 2, 0, Math.max(masters, presenceGb) * 2),
  };
  return { ...bare, monthly: monthlyOf(bare, model) };
}

/** How many gateways the work and the connections need; without end where hearing of everything fills each of them. */
export function gatewaysOf({ sockets, cores, hearing }: Demand, { assumed }: Model, fanout: Plan['fanout']): number {
  const { utilisation, connections } = assumed;
  const forSockets = Math.ceil(sockets / (assumed.gateway * utilisation));
  if (fanout === 'sharded') {
    // At worst each connection that a message reaches is on another gateway.
    const work = cores.gateway + hearing.gateway * (connections - 1);
    return Math.max(LEAST_PODS, forSockets, Math.ceil(work / utilisation));
  }
  const left = utilisation - hearing.gateway;
  if (left <= 0) return Number.POSITIVE_INFINITY;
  return Math.max(LEAST_PODS, forSockets, Math.ceil((cores.gateway - hearing.gateway) / left));
}

/** How many gateways hear of a message. */
const hearersOf = (gateways: number, { assumed }: Model, fanout: Plan['fanout']): number =>
  fanout === 'sharded' ? Math.min(gateways, assumed.connections) : gateways;

/** Whether one Redis can tell so many gateways of everything, and each of them spends most of its time on its own people. */
function fits(demand: Demand, { assumed }: Model, gateways: number): boolean {
  const { utilisation } = assumed;
  const redisCores = demand.cores.Redis + demand.hearing.Redis * (gateways - 1);
  const sent = demand.heardBytes * gateways;
  return (
    demand.hearing.gateway <= utilisation / 2 && redisCores <= utilisation && sent <= gbit(assumed.gbit) * utilisation
  );
}

/** Bytes a second. */
export const gbit = (count: number): number => (count * 1e9) / 8;

function monthlyOf(
  { demand, gateways, gatewayMb, chatSvc, presenceSvc, ...servers }: Omit<Plan, 'monthly'>,
  { measured, assumed }: Model,
): Plan['monthly'] {
  const { rabbitmq, postgres, redis } = servers;
  const all = [rabbitmq, postgres, redis];
  const sum = (of: keyof Server) => all.reduce((total, server) => total + server[of], 0);
  const podsGb = (gateways * gatewayMb + (chatSvc + presenceSvc) * measured.idle.emptyMb) / 1024;
  const cores = (gateways + chatSvc + presenceSvc + sum('cores')) * HOURS * assumed['price-core'];
  const memory = (podsGb + sum('memoryGb')) * HOURS * assumed['price-gb'];
  const disks = sum('diskGb') * assumed['price-disk'];
  const traffic = (demand.sentBytes / GB) * assumed['price-traffic'];
  return { cores, memory, disks, traffic, total: cores + memory + disks + traffic };
}
