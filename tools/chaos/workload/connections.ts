/**
 * A device's way in: one connection after the other, to another gateway when one is lost, answers nothing or says to go,
 * and to any one when the device moves to another network, as it does now and then.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { SignedIn } from '#support/people.js';
import type { Random } from '../random.js';
import type { Journal } from './journal.js';

const CONNECT_MS = 5_000;
const STAY_MS = [8_000, 60_000] as const;
const AGAIN_MS = [50, 300] as const;
const ASKING_MS = 400;

interface OpenSocket {
  readonly id: string;
  readonly gateway: string;
  readonly socket: Socket;
  /** Calls without an answer, one after the other. */
  silences: number;
  /** Nothing is read from it. */
  deaf: boolean;
}

export interface Connections {
  current(): OpenSocket | undefined;
  /** The current one as soon as there is one that is read from. */
  usable(): Promise<OpenSocket>;
  /**
   * Reads nothing that arrives, though it asks for all there is again and again, until told to listen or the connection
   * is lost.
   */
  deafen(): () => void;
  /** Moves to no other network any more. */
  settle(): void;
  leave(): Promise<void>;
}

/** What carries a connection, in Node: the package `ws`. */
interface WebSocket {
  pause(): void;
  resume(): void;
}

export interface DeviceOptions {
  readonly session: SignedIn;
  /** Of the device. */
  readonly name: string;
  readonly gateways: readonly string[];
  readonly journal: Journal;
  readonly random: Random;
}

/** `hear` is told of every event, `met` of every connection. */
export function stayConnected(
  { session, name: device, gateways, journal, random }: DeviceOptions,
  hear: (event: string, data: unknown) => void,
  met: () => void,
): Connections {
  const client = session.user.id;
  let count = 0;
  let current: OpenSocket | undefined;
  let left = false;
  let settled = false;
  /** Where it just went wrong. */
  let avoided: string | undefined;

  async function connectOnce(): Promise<void> {
    const others = gateways.filter(one => one !== avoided);
    const gateway = random.pick(others.length > 0 ? others : gateways);
    avoided = gateway;
    const socket = io(gateway, {
      auth: { token: session.accessToken },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      timeout: CONNECT_MS,
    });
    const id = `${device}-${++count}`;
    const about = { client, device, connection: id, gateway };
    // At once: what is heard before anybody waits for it is heard on a connection that the journal knows.
    socket.once('connect', () => {
      journal.line('connected', about);
      socket.once('disconnect', () => journal.line('disconnected', about));
    });
    socket.onAny((event: string, data: unknown) => {
      journal.heard(client, id, event, data);
      // Others are told to go at the same moment: coming back at once, all together, would be a storm.
      if (event === 'server:draining') setTimeout(() => socket.disconnect(), random.between(0, 300));
      hear(event, data);
    });
    const connects = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true));
      socket.once('connect_error', () => resolve(false));
      // Lost, or silent, between the handshake of the transport and that of the protocol above it.
      socket.once('disconnect', () => resolve(false));
      setTimeout(resolve, CONNECT_MS, false);
    });
    if (!connects || left) return void socket.disconnect();
    if (!socket.connected) return;
    const lost = new Promise(resolve => socket.once('disconnect', resolve));
    current = { id, gateway, socket, silences: 0, deaf: false };
    met();
    const moves = setTimeout(
      () => {
        if (settled) return;
        avoided = undefined;
        socket.disconnect();
      },
      random.between(...STAY_MS),
    );
    await lost;
    clearTimeout(moves);
    current = undefined;
  }

  async function stay(): Promise<void> {
    while (!left) {
      await connectOnce();
      if (!left) await pause(random.between(...AGAIN_MS));
    }
  }
  const staying = stay();

  return {
    current: () => current,
    async usable() {
      while (!current || current.deaf) await pause(20);
      return current;
    },
    deafen() {
      const own = current;
      if (!own) return () => {};
      const { socket, id: connection, gateway } = own;
      const { ws } = socket.io.engine.transport as unknown as { ws: WebSocket };
      const about = { client, device, connection, gateway };
      own.deaf = true;
      journal.line('deaf', about);
      ws.pause();
      const asking = setInterval(() => socket.emit('sync', { cursors: {}, limit: 200 }, () => {}), ASKING_MS);
      socket.once('disconnect', () => clearInterval(asking));
      return () => {
        clearInterval(asking);
        if (own !== current) return;
        Object.assign(own, { deaf: false, silences: 0 });
        journal.line('hears', about);
        ws.resume();
      };
    },
    settle() {
      settled = true;
    },
    async leave() {
      left = true;
      current?.socket.disconnect();
      await staying;
    },
  };
}
