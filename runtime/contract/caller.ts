/**
 * Who calls, as the service's `authenticate` found it. Absent for queues, timers and events of trusted services.
 *
 * @example
 * const caller: Caller = { userId: 'ann', sessionId: 's1', expiresAt: Date.now() + 900_000 };
 */
export interface Caller {
  readonly userId: string;
  readonly sessionId: string;
  /** When the credentials end, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The live connection that the call came over, if it came over one. */
  readonly connection?: Connection;
}

/**
 * A live connection of a client, as a call over it sees it.
 *
 * @example
 * const isHere = (connection: Connection) => connection.inRoom('customer:ann');
 */
export interface Connection {
  readonly id: string;
  /** Whether this connection is in the room, certain at this moment; false also means 'ask the database'. */
  inRoom(room: string): boolean;
}
