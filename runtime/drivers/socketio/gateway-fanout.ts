/** A fan-out as a gateway sees it: it hands its connections over, and asks whether what it knows of rooms still holds. */
import type { Fanout } from '../../contract/ports.js';
import type { SocketServer } from './server.js';

export interface GatewayFanout extends Fanout {
  /** From now on the gateway carries out what is emitted. To be called before anybody can connect to it. */
  attach(gateway: Pick<SocketServer, 'receiver'>): void;
  /**
   * Whether this gateway has carried out every promise (a `leave` or `close`) that was kept by now anywhere.
   * While it is false, its rooms may lag behind, and nothing may be concluded from them.
   */
  current(): boolean;
  /** Only where a gateway hears of some rooms and not of others. */
  readonly interest?: Interest;
}

/** What a gateway hears of: whatever is emitted to the rooms that its connections are in. */
export interface Interest {
  /**
   * Resolves when what is emitted to these rooms from then on comes to this gateway; undefined when it does so already.
   * Where nothing can come at present it is undefined as well, and they are heard as soon as something can.
   */
  hear(rooms: Iterable<string>): Promise<unknown> | undefined;
  /** The first connection of this gateway is in the room. */
  entered(room: string): void;
  /** The last one is not any more. */
  left(room: string): void;
}
