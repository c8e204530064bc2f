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
}
