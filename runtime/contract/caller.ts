/** Who calls, as the service's `authenticate` found it. Absent for queues, timers and events of trusted services. */
export interface Caller {
  readonly userId: string;
  readonly sessionId: string;
  /** When the credentials end, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The live connection that the call came over, if it came over one. */
  readonly connection?: Connection;
}

/** A live connection. Membership of a room is known without asking anyone, as long as `current` is true. */
export interface Connection {
  readonly id: string;
  /** Whether this connection is in the room, certain at this moment; false also means 'ask the database'. */
  inRoom(room: string): boolean;
}
