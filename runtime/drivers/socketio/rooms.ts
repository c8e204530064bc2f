/**
 * Which rooms each connection of this process is in, and the carrying out of steps on them.
 * The `connect` binding says what a connection's rooms are; joins, leaves and closes that are applied while it thinks
 * are applied once more on top of its answer, because it may have read the database before them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Invoker, Result } from '../../contract/invoker.js';
import type { FanoutReceiver, Step } from '../../contract/ports.js';
import type { Binding } from '../../contract/service.js';
import { backoffMs } from '../../core/backoff.js';
import { isFinal } from '../../core/codes.js';
import { limit } from '../limit.js';
import { type Control, type ControlLog, controlLog } from './control-log.js';
import type { Interest } from './gateway-fanout.js';
import { eventText } from './parser.js';
import { closeTransport, kick, NOTHING_ASKED, type Peer, type PeerServer } from './peer.js';

/** A receiver of a feed that can break. In between the two calls emissions may have been missed. */
export interface Receiver extends FanoutReceiver {
  /** At once all connections leave their rooms, so that nothing reaches one that should not be there any more. */
  interrupted(): void;
  /** The rooms that connections of this process would come into by these steps. */
  entering(steps: readonly Step[]): readonly string[];
  /** No emission is missed from now on: each connection's rooms are asked for again, and entered. */
  resumed(): void;
}

export interface Rooms extends Receiver {
  /** Asks for a new connection's rooms, and enters them. Rejects with the binding's Failure. */
  enter(peer: Peer): Promise<void>;
  /** Whether the connection is in the room, beyond doubt. */
  isIn(id: string, room: string): boolean;
}

export interface RoomsOptions {
  readonly io: PeerServer;
  readonly peers: ReadonlyMap<string, Peer>;
  readonly connect: Binding | undefined;
  readonly invoker: Invoker;
  readonly log: Log;
  readonly watch?: Watch;
  /** Told of every room that connections are in, their own ones left out. */
  readonly interest?: Interest;
  readonly controls?: ControlLog;
}

/** Told of an event that is about to be handed to so many connections; what it returns is called when that is done. */
export type Watch = (emission: Sent, connections: number) => () => void;
type Sent = Extract<Step, { readonly send: string }>;

const NOBODY: ReadonlySet<string> = new Set();
/** Connections whose rooms are asked for at the same time after an interruption. */
const REFRESHES = 16;
const RETRY = { firstMs: 100, mostMs: 5_000 };

export function rooms(options: RoomsOptions): Rooms {
  const { io, peers, connect, invoker, log, watch, interest, controls = controlLog() } = options;
  const refreshing = limit(REFRESHES);
  let broken = false;
  if (interest) watchRooms(io, peers, interest);

  const members = (room: string): Peer[] =>
    [...(io.of('/').adapter.rooms.get(room) ?? [])].flatMap(id => peers.get(id) ?? []);
  const inside = ({ socket }: Peer, room: string): boolean =>
    io.of('/').adapter.sids.get(socket.id)?.has(room) ?? false;

  function applyControl(peer: Peer, control: Control): void {
    if ('join' in control) peer.socket.join(control.join);
    else if ('leave' in control) peer.socket.leave(control.leave);
    else if ('refresh' in control) askAgain(peer);
    else kick(peer);
  }

  function carryOut(step: Step): void {
    if (!('send' in step)) {
      controls.add(step);
      for (const peer of members(targetRoom(step))) applyControl(peer, step);
      return;
    }
    const { send, data, to, except = [], within } = step;
    const here = within === undefined ? to.filter(room => io.of('/').adapter.rooms.has(room)) : both(within, to);
    if (here.length === 0) return;
    const sent = watch?.(step, sizeOf(here));
    // Encoded once for all. A frame that Socket.IO encodes for a broadcast passes by the WebSocket that gathers frames.
    const text = eventText(send, data);
    for (const id of membersOf(here, except)) io.of('/').sockets.get(id)?.conn.write(text);
    sent?.();
  }

  /** Each once, in however many of the rooms it is; one that is not connected yet is no socket of the namespace. */
  function membersOf(rooms: readonly string[], except: readonly string[]): Iterable<string> {
    const { rooms: all } = io.of('/').adapter;
    const [first, ...others] = rooms.map(room => all.get(room) ?? NOBODY);
    if (first && others.length === 0 && except.length === 0) return first;
    const left = except.map(room => all.get(room) ?? NOBODY);
    return new Set(
      [...(first ?? NOBODY), ...others.flatMap(ids => [...ids])].filter(id => !left.some(ids => ids.has(id))),
    );
  }

  /** The connections, each a room of its own, that are in a room and in one of the others as well. */
  const both = (room: string, others: readonly string[]): string[] =>
    others
      .flatMap(other => members(other))
      .filter(peer => inside(peer, room))
      .map(({ socket }) => socket.id);

  /** A connection counts once for each of the rooms that it is in. */
  const sizeOf = (rooms: readonly string[]): number =>
    rooms.reduce((sum, room) => sum + (io.of('/').adapter.rooms.get(room)?.size ?? 0), 0);

  function setRooms({ socket }: Peer, wanted: readonly string[]): void {
    const keep = new Set([socket.id, ...wanted]);
    for (const room of [...socket.rooms]) if (!keep.has(room)) socket.leave(room);
    socket.join([...keep]);
  }

  function ask(peer: Peer, binding: Binding): Promise<Result> {
    const { result } = invoker.invoke({ binding, data: { connectionId: peer.socket.id }, caller: peer.caller });
    peer.asked = result;
    const forget = (): void => {
      if (peer.asked === result) peer.asked = NOTHING_ASKED;
    };
    result.then(forget, forget);
    return result;
  }

  /** Asks until the answer holds; gives up, in doubt, while the feed is broken. */
  async function settle(peer: Peer): Promise<void> {
    do {
      const { generation } = peer;
      const appliedSince = controls.mark();
      const result = connect && (await ask(peer, connect));
      // Nothing comes between that these are heard and that they are entered.
      const wanted = (): string[] => [...(result?.rooms ?? []), ...[...appliedSince()].flatMap(joined)];
      for (let hearing = interest?.hear(wanted()); hearing; hearing = interest?.hear(wanted())) await hearing;
      if (!peer.open || broken || generation !== peer.generation) continue;
      setRooms(peer, result?.rooms ?? []);
      for (const control of appliedSince()) if (inside(peer, targetRoom(control))) applyControl(peer, control);
      peer.fresh = peer.open && generation === peer.generation;
    } while (peer.open && !peer.fresh && !broken);
  }

  async function refresh(peer: Peer): Promise<void> {
    for (let tried = 0; peer.open && !peer.fresh && !broken; ) {
      try {
        await settle(peer);
      } catch (thrown) {
        const failure = Failure.from(thrown);
        if (failure.code !== 'unavailable' && failure.code !== 'rate_limited') return dismiss(peer, failure);
        await delay(backoffMs(tried++, RETRY), undefined, { ref: false });
      }
    }
  }

  /** Whoever is busy with asking finds that what they hear is out of date. */
  function markStale(peer: Peer): void {
    peer.fresh = false;
    peer.generation += 1;
  }

  function askAgain(peer: Peer): void {
    markStale(peer);
    if (!peer.asking) void asking(peer, each => refreshing(() => refresh(each)));
  }

  /** A defect is not the client's fault: it may connect again. One that may not be here any more is told so. */
  function dismiss(peer: Peer, failure: Failure): void {
    log.warn({ err: failure, connectionId: peer.socket.id }, 'rooms of a connection could not be asked for again');
    if (isFinal(failure)) kick(peer);
    else closeTransport(peer);
  }

  async function asking(peer: Peer, ask: (peer: Peer) => Promise<void>): Promise<void> {
    peer.asking = true;
    try {
      await ask(peer);
    } finally {
      peer.asking = false;
    }
  }

  return {
    enter: peer => {
      peer.socket.join(peer.socket.id);
      return asking(peer, settle);
    },
    isIn: (id, room) => {
      const peer = peers.get(id);
      return peer?.open === true && peer.fresh && inside(peer, room);
    },
    apply: steps => {
      for (const step of steps) {
        try {
          carryOut(step);
        } catch (thrown) {
          log.error({ err: thrown }, 'a step could not be carried out');
        }
      }
    },
    entering: steps => {
      const { rooms: all } = io.of('/').adapter;
      const coming = new Set<string>();
      for (const step of steps) {
        if ('join' in step && (all.has(step.of) || coming.has(step.of))) coming.add(step.join);
      }
      return [...coming];
    },
    interrupted: () => {
      broken = true;
      for (const peer of peers.values()) {
        markStale(peer);
        setRooms(peer, []);
      }
    },
    resumed: () => {
      broken = false;
      for (const peer of peers.values()) askAgain(peer);
    },
  };
}

/** By Socket.IO's own events. Each connection is in a room of its own besides, to which nothing is emitted. */
function watchRooms(io: PeerServer, peers: RoomsOptions['peers'], interest: Interest): void {
  const own = new Set<string>();
  const { adapter } = io.of('/');
  adapter.on('create-room', (room: string) => {
    if (peers.has(room)) own.add(room);
    else interest.entered(room);
  });
  adapter.on('delete-room', (room: string) => {
    if (!own.delete(room)) interest.left(room);
  });
}

const joined = (control: Control): string | [] => ('join' in control ? control.join : []);

/** The room whose connections it is about. */
function targetRoom(control: Control): string {
  if ('close' in control) return control.close;
  return 'refresh' in control ? control.refresh : control.of;
}
