/** One Socket.IO connection with a log of everything it heard, so that tests can wait for an event that may be there already. */
import { io, type Socket } from 'socket.io-client';
import { eventually, LIMIT_MS } from './eventually.js';
import type { Ack } from './shapes.js';

interface Heard {
  readonly event: string;
  readonly data: unknown;
}

export interface Live {
  readonly socket: Socket;
  readonly log: readonly Heard[];
  /** Emits with an acknowledgement callback behind the arguments; rejects when there is no answer within 10 s. */
  emit<Data>(event: string, ...args: unknown[]): Promise<Ack<Data>>;
  /** The data of the acknowledgement; rejects when it is not ok. */
  ask<Data>(event: string, payload: unknown): Promise<Data>;
  /** What was heard of this event so far. */
  heard<Data>(event: string): Data[];
  /** The first such event, heard already or within the time. */
  waitFor<Data>(event: string, matches?: (data: Data) => boolean, withinMs?: number): Promise<Data>;
  /** Resolves when the server has ended the connection. */
  closed(withinMs?: number): Promise<void>;
  close(): void;
}

/** Why a connection was refused, as the server said it in `err.data`. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly data: { code?: string } | undefined,
  ) {
    super(message);
  }
}

/** Resolves when connected; rejects with `Refused` when the server does not want us. */
export async function connect(
  gateway: string,
  token: unknown,
  transport: 'websocket' | 'polling' = 'websocket',
): Promise<Live> {
  const socket = io(gateway, {
    auth: token === undefined ? {} : { token },
    transports: [transport],
    forceNew: true,
    reconnection: false,
  });
  const log: Heard[] = [];
  socket.onAny((event: string, data: unknown) => void log.push({ event, data }));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error: Error & { data?: { code?: string } }) => {
      reject(new Refused(error.message, error.data));
      socket.disconnect();
    });
    // A refusal closes as well, just before it says why.
    socket.io.once('close', reason => queueMicrotask(() => reject(new Error(`closed: ${reason}`))));
  });
  return liveOver(socket, log);
}

function liveOver(socket: Socket, log: Heard[]): Live {
  const heard = <Data>(event: string) => log.filter(entry => entry.event === event).map(entry => entry.data as Data);
  const emit = async <Data>(event: string, ...args: unknown[]) =>
    (await socket.timeout(LIMIT_MS).emitWithAck(event, ...args)) as Ack<Data>;
  return {
    socket,
    log,
    emit,
    ask: async <Data>(event: string, payload: unknown) => {
      const ack = await emit<Data>(event, payload);
      if (!ack.ok) throw new Error(`${event}: ${ack.error.code} ${ack.error.message}`);
      return ack.data;
    },
    heard,
    waitFor: <Data>(event: string, matches: (data: Data) => boolean = () => true, withinMs = LIMIT_MS) =>
      eventually(`${event} is heard`, () => heard<Data>(event).find(matches), { within: withinMs, every: 5 }),
    closed: async (withinMs = LIMIT_MS) => {
      await eventually('the server closes the connection', () => socket.disconnected, { within: withinMs });
    },
    close: () => void socket.disconnect(),
  };
}
