/**
 * One device of a user: calls over the connection that there is, or over REST through any gateway. Everything that it
 * does and hears goes into the journal.
 */
import { request } from '#support/rest.js';
import type { Ack } from '#support/shapes.js';
import { type Connections, type DeviceOptions, stayConnected } from './connections.js';

/** After so many calls without an answer the connection is given up. */
const MOST_SILENCES = 2;
export const ANSWER_MS = 4_000;
const REST_MS = 15_000;

export interface Asked<Data> {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** How long the answer is waited for, in ms. */
  readonly within?: number;
  /** What the answer is in a socket's terms, where that differs. */
  readonly as?: (body: Data, status: number) => Data;
}

/** As a socket would have said it. */
const CODES: Readonly<Record<number, string>> = { 400: 'invalid', 403: 'forbidden', 404: 'not_found', 409: 'conflict' };

export type Acknowledged<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly code: string };

export interface Client extends Pick<Connections, 'deafen' | 'settle' | 'leave'> {
  /** The user's id, and the device's name. */
  readonly id: string;
  readonly name: string;
  connected(): boolean;
  /** Over the connection there is, or the next one. `silence` when there was no answer. */
  emit<Data>(event: string, data: unknown): Promise<Acknowledged<Data>>;
  /** Over REST through this gateway; `what` and `data` are for the journal. */
  call<Data>(gateway: string, what: string, data: unknown, asked: Asked<Data>): Promise<Acknowledged<Data>>;
  /** Told of every connection, and of every event on one. */
  onConnected: () => void;
  onEvent: (event: string, data: unknown) => void;
}

export function createClient(options: DeviceOptions): Client {
  const { session, name, journal } = options;
  const { id } = session.user;
  const connections = stayConnected(
    options,
    (event, data) => client.onEvent(event, data),
    () => client.onConnected(),
  );
  const { deafen, settle, leave } = connections;
  const client: Client = {
    ...{ id, name, deafen, settle, leave },
    connected: () => connections.current() !== undefined,
    onConnected: () => {},
    onEvent: () => {},
    async emit<Data>(event: string, data: unknown) {
      const wanted = journal.now();
      const waits = connections.current()?.deaf !== false;
      const used = await connections.usable();
      const call = journal.invoke(id, event, used.id, data, waits ? wanted : undefined);
      try {
        const ack = (await used.socket.timeout(ANSWER_MS).emitWithAck(event, data)) as Ack<Data>;
        journal.answer(id, call, ack.ok, ack.ok ? ack.data : ack.error.code);
        used.silences = 0;
        return ack.ok ? { ok: true, data: ack.data } : { ok: false, code: ack.error.code };
      } catch {
        if (!used.deaf && ++used.silences >= MOST_SILENCES) used.socket.disconnect();
        return { ok: false, code: 'silence' };
      }
    },
    async call<Data>(gateway: string, what: string, data: unknown, asked: Asked<Data>) {
      const { method, path, body, within = REST_MS, as = own => own } = asked;
      const call = journal.invoke(id, what, gateway, data);
      try {
        const options = { token: session.accessToken, body, within };
        const { status, body: answer } = await request<Data>(gateway, method, path, options);
        const code = CODES[status] ?? `http ${status}`;
        const outcome: Acknowledged<Data> = status < 300 ? { ok: true, data: as(answer, status) } : { ok: false, code };
        journal.answer(id, call, outcome.ok, outcome.ok ? outcome.data : outcome.code);
        return outcome;
      } catch {
        return { ok: false, code: 'silence' };
      }
    },
  };
  return client;
}
