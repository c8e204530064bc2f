/**
 * The edge of a simulated gateway: the real rooms, calls, disconnect queue and drain of the socket drivers on sockets of the
 * simulation, and HTTP calls without HTTP. A token says whose it is.
 */
import type { Caller } from '#runtime/contract/caller.js';
import { Failure } from '#runtime/contract/failure.js';
import type { Binding } from '#runtime/contract/service.js';
import { calls } from '#runtime/drivers/socketio/calls.js';
import type { ControlLog } from '#runtime/drivers/socketio/control-log.js';
import { disconnectQueue } from '#runtime/drivers/socketio/disconnect-queue.js';
import { drainPeers } from '#runtime/drivers/socketio/drain.js';
import type { GatewayFanout } from '#runtime/drivers/socketio/gateway-fanout.js';
import { newPeer, type Peer } from '#runtime/drivers/socketio/peer.js';
import { rooms } from '#runtime/drivers/socketio/rooms.js';
import type { Edge } from '#runtime/host.js';
import { type Link, openLink } from '../kernel/link.js';
import type { Owner, Scheduler } from '../kernel/scheduler.js';
import { type HearEvent, type ServerSocket, serverSocket, socketHub } from './sockets.js';

/** How clients reach a gateway. Nothing here rejects: a client that gets no answer gives up by itself. */
export interface Front {
  connect(token: string, hear: HearEvent, ended: () => void): ClientSocket;
  /** Over HTTP: `path` as in the image's table; the names in it are in `data`. */
  request(token: string, route: string, data: object, answer: (answer: CallResult) => void): void;
  /** The connections that it takes for live, and the rooms that they are in. */
  connections(): readonly Placed[];
}

interface Placed {
  readonly id: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly rooms: ReadonlySet<string>;
}

export interface ClientSocket {
  emit(event: string, data: object, acknowledge: (answer: CallResult) => void): void;
  /** The client's network. */
  readonly link: Pick<Link, 'cut' | 'stall'>;
}

export type CallResult =
  | { readonly ok: true; readonly data: Record<string, unknown> }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

const NOTHING_UNDER_WAY = { address: '', unread: 0 };

interface EdgeOptions {
  readonly scheduler: Scheduler;
  readonly owner: Owner;
  readonly fanout: GatewayFanout;
  readonly controls: ControlLog;
}

export function simulatedEdge({ scheduler, owner, fanout, controls }: EdgeOptions): {
  edge: Edge;
  front: () => Front | undefined;
  links: Set<Link>;
} {
  const links = new Set<Link>();
  let front: Front | undefined;
  let ids = 0;

  const edge: Edge = ({ service: { bindings }, invoker, log }) => {
    const peers = new Map<string, Peer>();
    const connection = (wanted: 'connect' | 'disconnect'): Binding | undefined =>
      bindings.find(({ trigger }) => trigger.kind === 'connection' && trigger.on === wanted);
    const hub = socketHub();
    const { interest } = fanout;
    const receiver = rooms({
      ...{ io: hub.io, peers, connect: connection('connect'), invoker, log, controls },
      ...(interest && { interest }),
    });
    const disconnects = disconnectQueue({ disconnect: connection('disconnect'), invoker, log });
    const listen = calls({ bindings, invoker, maxUnanswered: 1000, renew: () => {} });
    fanout.attach({ receiver });
    let leaving = false;

    const located = (id: string, caller: Caller): Caller => ({
      ...caller,
      connection: { id, inRoom: (room: string) => fanout.current() && receiver.isIn(id, room) },
    });

    function gone(peer: Peer): void {
      peer.open = false;
      if (peers.delete(peer.socket.id)) disconnects.say(peer);
    }

    function refuse({ socket }: ServerSocket, thrown: unknown): void {
      socket.emit('connect_error', { code: Failure.from(thrown).code });
      socket.conn.close();
    }

    /** What the server does in the middleware of a handshake. */
    async function admit(token: string, id: string, server: ServerSocket): Promise<void> {
      let peer: Peer;
      try {
        const caller = located(id, await invoker.authenticate(token));
        peer = newPeer(server.socket, NOTHING_UNDER_WAY, caller);
      } catch (thrown) {
        return refuse(server, thrown);
      }
      if (leaving || peer.socket.conn.readyState !== 'open') return peer.socket.conn.close();
      peers.set(peer.socket.id, peer);
      peer.socket.conn.once('close', () => gone(peer));
      try {
        await receiver.enter(peer);
        if (!peer.open) return;
        listen(peer);
        server.connected();
      } catch (thrown) {
        gone(peer);
        refuse(server, thrown);
      }
    }

    const byRoute = new Map<string, Binding>();
    for (const binding of bindings) {
      const { trigger } = binding;
      if (trigger.kind === 'http') byRoute.set(`${trigger.method} ${trigger.path}`, binding);
    }

    front = {
      connect(token, hear, ended) {
        const id = `${owner.name}-socket-${++ids}`;
        const link = openLink(scheduler, { owner, ended: () => server.ended() }, { owner: undefined, ended });
        links.add(link);
        const server = serverSocket(hub, id, link, hear);
        link.toNear(`handshake ${id}`, () => void admit(token, id, server));
        return {
          emit: (event, data, acknowledge) =>
            link.toNear(`says ${event}`, () =>
              server.hear(event, data, answer =>
                link.toFar(`answer ${event}`, () => acknowledge(answer as CallResult)),
              ),
            ),
          link,
        };
      },
      request(token, route, data, answer) {
        const link = openLink(scheduler, { owner, ended: () => {} }, { owner: undefined, ended: () => {} });
        links.add(link);
        const tell = (what: CallResult): void => link.toFar(`answer ${route}`, () => answer(what));
        link.toNear(route, () => {
          if (leaving) return tell({ ok: false, error: { code: 'unavailable', message: 'going away' } });
          const binding = byRoute.get(route) as Binding;
          const called = async () => {
            const caller = await invoker.authenticate(token, binding.fn.access);
            return invoker.invoke({ binding, data, caller }).result;
          };
          called().then(
            ({ reply }) => tell({ ok: true, data: (reply ?? {}) as Record<string, unknown> }),
            thrown => {
              const { code, message } = Failure.from(thrown);
              tell({ ok: false, error: { code, message } });
            },
          );
        });
      },
      connections: () =>
        [...peers.values()].map(({ socket, caller: { userId, sessionId } }) => {
          const rooms = new Set(socket.rooms);
          rooms.delete(socket.id);
          return { id: socket.id, userId, sessionId, rooms };
        }),
    };

    return {
      routes: () => undefined,
      async drain(withinMs) {
        leaving = true;
        await drainPeers(hub.io, peers, withinMs);
        disconnects.hurry();
        await disconnects.all();
      },
    };
  };

  return { edge, front: () => front, links };
}
