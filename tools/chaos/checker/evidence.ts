/** The log of all clients, put together for judging: calls with their answers, connections with what was heard on them. */
import type { Completion, Entry, Invoke } from './entry.js';
import { type Shown, shownIn } from './shown.js';

export interface Call<Data = unknown, Reply = unknown> {
  readonly client: string;
  readonly what: string;
  readonly via: string;
  readonly data: Data;
  /** When it was to be made; later it was made. */
  readonly wantedAt: number;
  readonly invokedAt: number;
  /** Infinity when there was no answer. */
  readonly answeredAt: number;
  /** Answered, and ok. */
  readonly ok: boolean;
  readonly reply: Reply;
}

interface Heard {
  readonly at: number;
  readonly event: string;
  readonly data: unknown;
}

export interface Span {
  readonly from: number;
  until: number;
}

export interface ConnectionRecord {
  readonly id: string;
  readonly client: string;
  readonly device: string;
  readonly from: number;
  /** Infinity while it is open. */
  until: number;
  readonly heard: Heard[];
  /** While nothing was read. */
  readonly deaf: Span[];
}

export interface Evidence {
  calls<Data, Reply>(what: string): readonly Call<Data, Reply>[];
  readonly connections: readonly ConnectionRecord[];
  /** What each device was shown by events and by `sync`, in the order of time. */
  readonly shown: readonly Shown[];
  deviceOf(connection: string): string;
}

export function gather(entries: readonly Entry[]): Evidence {
  const answers = new Map<number, Completion>();
  const connections = new Map<string, ConnectionRecord>();
  const deviceOf = (connection: string) => connections.get(connection)?.device ?? connection;
  const invokes: Invoke[] = [];
  for (const entry of entries) {
    if (entry.kind === 'invoke') invokes.push(entry);
    if (entry.kind === 'answer') answers.set(entry.call, entry);
    if (entry.kind === 'connected') {
      const { connection: id, client, device, at: from } = entry;
      connections.set(id, { id, client, device, from, until: Number.POSITIVE_INFINITY, heard: [], deaf: [] });
    }
    if (entry.kind === 'disconnected') {
      const connection = connections.get(entry.connection);
      if (connection) connection.until = entry.at;
    }
    if (entry.kind === 'deaf') {
      connections.get(entry.connection)?.deaf.push({ from: entry.at, until: Number.POSITIVE_INFINITY });
    }
    if (entry.kind === 'hears') {
      const deaf = connections.get(entry.connection)?.deaf.at(-1);
      if (deaf) deaf.until = entry.at;
    }
    if (entry.kind === 'event') {
      const { at, event, data } = entry;
      connections.get(entry.connection)?.heard.push({ at, event, data });
    }
  }
  const calls = new Map<string, Call[]>();
  for (const { call, client, what, via, data, at, wanted } of invokes) {
    const answer = answers.get(call);
    const made: Call = {
      ...{ client, what, via, data, wantedAt: wanted ?? at, invokedAt: at },
      answeredAt: answer?.at ?? Number.POSITIVE_INFINITY,
      ok: answer?.ok ?? false,
      reply: answer?.data,
    };
    const alike = calls.get(what);
    if (alike) alike.push(made);
    else calls.set(what, [made]);
  }
  const evidence = {
    calls: <Data, Reply>(what: string) => (calls.get(what) ?? []) as Call<Data, Reply>[],
    connections: [...connections.values()],
    deviceOf,
  };
  return { ...evidence, shown: shownIn(evidence) };
}
