/** Bytes that the table knows. */
export interface KnownBlob {
  readonly name: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly storedAt: number;
  /** Some media have them. */
  readonly isUsed: boolean;
}

/**
 * What is done with media after nobody wants them, a bounded piece at a time, each piece in a transaction: dying between
 * any two of them leaves work for the next time, and nothing else. Any number of processes may do it at once. Media that a message
 * or a draft names stay, whatever else is true of them.
 */
export interface MediaSweep {
  /**
   * Media that nothing has named since this time (ISO 8601), and uploads that have not ended since they began before it, are gone.
   * How many.
   */
  lapse(before: string, now: string, limit: number): Promise<number>;
  /**
   * The same, of all media in the order of their ids: those after this one, at most `limit` of them looked at. The last one, or
   * undefined at the end. Finds those whose last name went away without their noticing.
   */
  lapseAfter(after: string, before: string, now: string, limit: number): Promise<string | undefined>;
  /** Takes the bytes from media that are gone or were refused, and drops those that no others have. How many media. */
  release(limit: number): Promise<number>;
  /** Drops bytes that no media have, of these (hexadecimal). */
  drop(sha256: readonly string[]): Promise<void>;
  /** Drops what the store has under these names, unless the table knows it. */
  dropUnknown(names: readonly string[]): Promise<void>;
  /** Names of bytes that were dropped and may be in the store still. */
  dropped(limit: number): Promise<readonly string[]>;
  /** They are no longer in the store. */
  removed(names: readonly string[]): Promise<void>;
  /** Media that have been gone since before this time, with no bytes of their own. */
  ended(before: string, limit: number): Promise<readonly string[]>;
  /** Nothing is left to be known of them. */
  forget(mediaIds: readonly string[]): Promise<void>;
  /** Ascending by name, from the first one after this. */
  known(after: string, limit: number): Promise<readonly KnownBlob[]>;
  /** Which of these media are not being uploaded: whose upload is of no use to anybody. */
  withoutUpload(mediaIds: readonly string[]): Promise<readonly string[]>;
  /** How far one of the ways through everything has come; '' at its start. */
  place(name: string): Promise<string>;
  moveOn(name: string, from: string, to: string): Promise<void>;
}
