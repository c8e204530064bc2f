/** Somebody came into a chat or out of it, or a session ended: their connections, or its own, have to follow. */
export interface AccessChange {
  readonly id: number;
  readonly userId: string | null;
  readonly sessionId: string | null;
}

/** Changes that connections have not been asked to look at since. The database notes them, whoever makes them. */
export interface AccessChangeStore {
  /** The oldest ones, of those that are this old; by then they were told as they happened, if all went well. */
  due(olderThanMs: number, limit: number): Promise<readonly AccessChange[]>;
  done(ids: readonly number[]): Promise<void>;
}
