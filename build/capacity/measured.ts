/**
 * What the model stands on: medians of a run of `npm run bench`, picked out of its results and kept in docs/measured.json.
 * Nothing in there is written by hand; `npm run capacity -- --measure FOLDER` writes it.
 */
import { queues } from '../../runtime/images/queues.js';

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
const REPLICAS = ['replicas-chat-svc-2', 'replicas-chat-svc-4', 'replicas-gateway-2'];

/** Throws an Error that names what the run has not measured. */
export function measuredOf({ command, date, machine, results }: Results): Measured {
  function roundsOf(name: string, which: 'ours' | 'peer' = 'ours'): { unit: string; rounds: readonly Figures[] } {
    const found = results.find(each => each.name === name);
    if (!found || found[which].length === 0) throw new Error(`the run has no figures of ${name}: ${which}`);
    return { unit: found.unit, rounds: found[which] };
  }
  const value = (name: string, of: string): number =>
    tidy(median(roundsOf(name).rounds.map(({ values }) => values[of] ?? Number.NaN)));
  const cpuOf = (rounds: readonly Figures[], factor = 1): Record<string, number> =>
    Object.fromEntries(
      Object.keys(rounds[0]?.cpu ?? {}).map(name => [
        name,
        tidy(factor * median(rounds.map(({ cpu }) => cpu[name] ?? 0))),
      ]),
    );

  function talked(name: string, which: 'ours' | 'peer' = 'ours'): Talked {
    const { unit, rounds } = roundsOf(name, which);
    const middle = (of: string) => median(rounds.map(({ values }) => values[of] ?? Number.NaN));
    const perMessage = Math.round(middle('deliveries/s') / middle('messages/s'));
    const pairs = unit === 'message';
    return {
      messagesPerS: tidy(middle('messages/s')),
      // In a pair the sender's own copy is not counted as a delivery, though it is one.
      connections: pairs ? 1 + perMessage : perMessage,
      batch: tidy(middle('messages/batch')),
      cpuUs: cpuOf(rounds, pairs ? 1 : perMessage),
    };
  }

  return {
    ...{ command, date, machine },
    talk: {
      ...Object.fromEntries([...TALK, ...REPLICAS].map(name => [name, talked(name)])),
      [ONE_OF_EACH]: talked('replicas-gateway-2', 'peer'),
    },
    partitions: queues.messages.partitions,
    idle: {
      sockets: value('idle-sockets', 'sockets'),
      emptyMb: value('idle-sockets', 'RSS MB before'),
      kbPerSocket: value('idle-sockets', 'RSS kB/socket'),
      restingCores: value('idle-sockets', 'CPU at rest % of a core') / 100,
      connectsPerS: value('idle-sockets', 'connects/s'),
    },
    bytes: {
      body: value('message-bytes', 'body bytes'),
      stored: value('message-bytes', 'stored bytes/message'),
      wal: value('message-bytes', 'WAL bytes/message'),
      brokerIn: value('message-bytes', 'RabbitMQ bytes in/message'),
      brokerOut: value('message-bytes', 'RabbitMQ bytes out/message'),
      redisIn: value('message-bytes', 'Redis bytes in/message'),
      redisOut: value('message-bytes', 'Redis bytes out/message'),
      received: value('message-bytes', 'received bytes/delivery'),
    },
    receiptUs: cpuOf(roundsOf('read-receipts').rounds),
    callUs: value('socket-ack', 'server CPU µs/ack'),
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
