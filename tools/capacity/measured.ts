/**
 * What the model stands on: medians of a run of `npm run bench`, picked out of its results and kept in docs/measured.json.
 * Nothing in there is written by hand; `npm run capacity -- --measure FOLDER` writes it.
 */
import { queues } from '#functions/services/queues.js';

/** People who talk, in one case. CPU is in microseconds for one message, by process. */
export interface Talked {
  readonly messagesPerS: number;
  /** How many connections each message reaches, the sender's own among them. */
  readonly connections: number;
  /** Messages that are stored together. */
  readonly batch: number;
  readonly cpuUs: Readonly<Record<string, number>>;
}

export interface Measured {
  readonly command: string;
  readonly date: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly versions: Readonly<Record<string, string>>;
  };
  /** By the names of the cases; `one of each` is what the cases with more replicas stand beside. */
  readonly talk: Readonly<Record<string, Talked>>;
  readonly partitions: number;
  /** A gateway with so many connections that do nothing. */
  readonly idle: {
    readonly sockets: number;
    readonly emptyMb: number;
    readonly kbPerSocket: number;
    readonly restingCores: number;
    readonly connectsPerS: number;
  };
  /** Of one message with a body of so many bytes; `received` is for each connection that it reaches, answers included. */
  readonly bytes: {
    readonly body: number;
    readonly stored: number;
    readonly wal: number;
    readonly brokerIn: number;
    readonly brokerOut: number;
    readonly redisIn: number;
    readonly redisOut: number;
    readonly received: number;
  };
  /** Microseconds of CPU for one read receipt, by process. */
  readonly receiptUs: Readonly<Record<string, number>>;
  /** Microseconds of a server's CPU for one call over a socket, with its acknowledgement. */
  readonly callUs: number;
}

interface Figures {
  readonly values: Readonly<Record<string, number>>;
  readonly cpu: Readonly<Record<string, number>>;
}

/** results.json, as far as it is read here. */
export interface Results extends Pick<Measured, 'command' | 'date' | 'machine'> {
  readonly results: readonly {
    readonly name: string;
    readonly unit: string;
    readonly ours: readonly Figures[];
    readonly peer: readonly Figures[];
    readonly failures: readonly string[];
  }[];
}

export const ONE_OF_EACH = 'one of each';
const TALK = ['pairs-32', 'pairs-1', 'paced-500', 'rooms-5x100', 'rooms-50x10'];
const SERVERS = ['Node', 'PostgreSQL', 'RabbitMQ', 'Redis'];
/** Where somebody keeps things is of no interest to others. */
const FOLDERS = / --(?:out|ejabberd|profile)[ =]\S+/g;
const REPLICAS = ['replicas-chat-svc-2', 'replicas-gateway-2'];

/** Throws an Error that names what the run has not measured. */
export function measuredOf({ command, date, machine, results }: Results): Measured {
  function roundsOf(name: string, which: 'ours' | 'peer' = 'ours'): { unit: string; rounds: readonly Figures[] } {
    const found = results.find(each => each.name === name);
    if (!found || found[which].length === 0) throw new Error(`the run has no figures of ${name}: ${which}`);
    return { unit: found.unit, rounds: found[which] };
  }
  function middleOf(name: string, of: string, which: 'ours' | 'peer' = 'ours'): number {
    const found = median(roundsOf(name, which).rounds.map(({ values }) => values[of] ?? Number.NaN));
    if (Number.isNaN(found)) throw new Error(`the run has not measured ${of} in ${name}`);
    return tidy(found);
  }
  const cpuOf = (rounds: readonly Figures[], factor = 1): Record<string, number> =>
    Object.fromEntries(
      Object.keys(rounds[0]?.cpu ?? {}).map(name => [
        name,
        tidy(factor * median(rounds.map(({ cpu }) => cpu[name] ?? 0))),
      ]),
    );

  function talked(name: string, which: 'ours' | 'peer' = 'ours'): Talked {
    const { unit, rounds } = roundsOf(name, which);
    const messagesPerS = middleOf(name, 'messages/s', which);
    const perMessage = Math.round(middleOf(name, 'deliveries/s', which) / messagesPerS);
    const pairs = unit === 'message';
    return {
      messagesPerS,
      // In a pair the sender's own copy is not counted as a delivery, though it is one.
      connections: pairs ? 1 + perMessage : perMessage,
      batch: middleOf(name, 'messages/batch', which),
      cpuUs: cpuOf(rounds, pairs ? 1 : perMessage),
    };
  }

  return {
    ...{ date, command: command.replace(FOLDERS, '') },
    machine: { ...machine, versions: Object.fromEntries(SERVERS.map(name => [name, machine.versions[name] ?? '?'])) },
    talk: {
      ...Object.fromEntries([...TALK, ...REPLICAS].map(name => [name, talked(name)])),
      [ONE_OF_EACH]: talked('replicas-gateway-2', 'peer'),
    },
    partitions: queues.messages.partitions,
    idle: {
      sockets: middleOf('idle-sockets', 'sockets'),
      emptyMb: middleOf('idle-sockets', 'RSS MB before'),
      kbPerSocket: middleOf('idle-sockets', 'RSS kB/socket'),
      restingCores: tidy(middleOf('idle-sockets', 'CPU at rest % of a core') / 100),
      connectsPerS: middleOf('idle-sockets', 'connects/s'),
    },
    bytes: {
      body: middleOf('message-bytes', 'body bytes'),
      stored: middleOf('message-bytes', 'stored bytes/message'),
      wal: middleOf('message-bytes', 'WAL bytes/message'),
      brokerIn: middleOf('message-bytes', 'RabbitMQ bytes in/message'),
      brokerOut: middleOf('message-bytes', 'RabbitMQ bytes out/message'),
      redisIn: middleOf('message-bytes', 'Redis bytes in/message'),
      redisOut: middleOf('message-bytes', 'Redis bytes out/message'),
      received: middleOf('message-bytes', 'received bytes/delivery'),
    },
    receiptUs: cpuOf(roundsOf('read-receipts').rounds),
    callUs: middleOf('socket-ack', 'server CPU µs/ack'),
  };
}

/** NaN where there are none. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const [lower = Number.NaN, upper = lower] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return (lower + upper) / 2;
}

/** Four digits: more are noise. */
const tidy = (value: number): number => Number(value.toPrecision(4));
