/** Bounds how often people are put into chats by those to whom they have never written. */
export interface ApproachStore {
  /**
   * Counts one approach to each of these users, or, when it is one too many for any of them, to none of them.
   * Returns the users for whom it is too many, each with the time (ISO 8601) from which on it is not: none when it is
   * counted. At most `LIMITS.approachesAnHour` within any hour, whoever makes them and however many at once.
   */
  take(userIds: readonly string[], at: string): Promise<readonly { userId: string; until: string }[]>;
}
