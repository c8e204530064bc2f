/**
 * One user with one device: a plain socket.io-client that tries any gateway when the connection is lost or answers
 * nothing, moves to another network now and then, and speaks REST to any gateway. Everything that it does and hears goes into the journal.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { SignedIn } from '../../support/people.js';
import { request } from '../../support/rest.js';
import type { Ack } from '../../support/shapes.js';
import type { Random } from '../random.js';
import type { Journal } from './journal.js';

/** After so many calls without an answer the connection is given up. */
const MOST_SILENCES = 2;
const ANSWER_MS = 4_000;
const CONNECT_MS = 5_000;
const STAY_MS = [8_000, 60_000] as const;

export type Outcome<Data> = { readonly ok: true; readonly data: Data } | { readonly ok: false; readonly code: string };

export interface Client {
  readonly id: string;
  readonly name: string;
  connected(): boolean;
  /** Over the connection there is, or the next one. `silence` when there was no answer. */
  emit<Data>(event: string, data: unknown): Promise<Outcome<Data>>;
  /** Over REST through this gateway; `what` and `data` are for the journal. */
  call<Data>(
    gateway: string,
    what: string,
    data: unknown,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Outcome<Data>>;
  /** Told of every connection, and of every event on one. */
  onConnected: () => void;
  onEvent: (event: string, data: unknown) => void;
  leave(): Promise<void>;
}

export function createClient(options: {
  session: SignedIn;
  gateways: readonly string[];
  journal: Journal;
  random: Random;
}): Client {
  const { session, gateways, journal, random } = options;
  const id = session.user.id;
  let count = 0;
  let socket: Socket | undefined;
  let connection = '';
  let silences = 0;
  let left = false;

  async function connectOnce(): Promise<void> {
    const gateway = random.pick(gateways);
    const candidate = io(gateway, {
      auth: { token: session.accessToken },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      timeout: CONNECT_MS,
    });
    const name = `${session.user.displayName}-${++count}`;
    candidate.onAny((event: string, data: unknown) => {
      journal.heard(id, name, event, data);
      // Others are told to go at the same moment: coming back at once, all together, would be a storm.
      if (event === 'server:draining') setTimeout(() => candidate.disconnect(), random.between(0, 300));
      client.onEvent(event, data);
    });
    const connects = await new Promise<boolean>(resolve => {
      candidate.once('connect', () => resolve(true));
      candidate.once('connect_error', () => resolve(false));
      // Lost, or silent, between the handshake of the transport and that of the protocol above it.
      candidate.once('disconnect', () => resolve(false));
      setTimeout(resolve, CONNECT_MS, false);
    });
    if (!connects || left) return void candidate.disconnect();
    if (!candidate.connected) return;
    const lost = new Promise(resolve => candidate.once('disconnect', resolve));
    journal.line('connected', id, name, gateway);
    [socket, connection, silences] = [candidate, name, 0];
    client.onConnected();
    const moves = setTimeout(() => candidate.disconnect(), random.between(...STAY_MS));
    await lost;
    clearTimeout(moves);
    socket = undefined;
    journal.line('disconnected', id, name, gateway);
  }

  async function stayConnected(): Promise<void> {
    while (!left) {
      await connectOnce();
      if (!left) await pause(random.between(50, 500));
    }
  }

  async function line(): Promise<Socket> {
    while (!socket) await pause(20);
    return socket;
  }

  const client: Client = {
    id,
    name: session.user.displayName,
    connected: () => socket !== undefined,
    onConnected: () => {},
    onEvent: () => {},
    async emit<Data>(event: string, data: unknown) {
      const used = await line();
      const call = journal.invoke(id, event, connection, data);
      try {
        const ack = (await used.timeout(ANSWER_MS).emitWithAck(event, data)) as Ack<Data>;
        journal.answer(id, call, ack.ok, ack.ok ? ack.data : ack.error.code);
        silences = 0;
        return ack.ok ? { ok: true, data: ack.data } : { ok: false, code: ack.error.code };
      } catch {
        if (used === socket && ++silences >= MOST_SILENCES) used.disconnect();
        return { ok: false, code: 'silence' };
      }
    },
    async call<Data>(gateway: string, what: string, data: unknown, method: string, path: string, body?: unknown) {
      const call = journal.invoke(id, what, gateway, data);
      try {
        const answer = await request<Data>(gateway, method, path, { token: session.accessToken, body });
        const ok = answer.status < 300;
        journal.answer(id, call, ok, ok ? answer.body : `http ${answer.status}`);
        return ok ? { ok: true, data: answer.body } : { ok: false, code: `${answer.status}` };
      } catch {
        return { ok: false, code: 'silence' };
      }
    },
    async leave() {
      left = true;
      socket?.disconnect();
      await staying;
    },
  };
  const staying = stayConnected();
  return client;
}
