/** What several functions must agree on: the names of rooms, and limits. */

/** Rooms hold live connections: those of a chat's members, of a user, of a session. */
export const room = {
  chat: (chatId: string) => `chat:${chatId}`,
  user: (userId: string) => `user:${userId}`,
  session: (sessionId: string) => `session:${sessionId}`,
};

export const LIMITS = {
  /** Members of one group, its owner included. */
  groupMembers: 1_000,
  /** How often, in any hour, somebody is put into a chat by people to whom they have never written. */
  approachesAnHour: 20,
  /** Messages that one sync answers at most, over all chats. */
  syncMessages: 1_000,
  /** Chats that one sync answers at most, those in which something is missing first. */
  syncChats: 2_000,
  /** Members of whom one sync tells how far they have read, over all chats; the caller aside. */
  syncReadSeqs: 5_000,
  /** Chats of which one sync tells their own state. */
  syncOwnStates: 100,
  /** Stretches of a chat that a member hides from themselves, no two of which touch. */
  hiddenStretches: 1_000,
  /** Edits of one message. */
  edits: 1_000,
  /** Pinned messages of one chat. */
  pins: 100,
  /** Reactions of one user to one message. */
  reactionsOfOne: 3,
  /** Different emoji that a message has as reactions. */
  kindsOfReactions: 20,
  /** Users that one presence question names. */
  presenceUsers: 500,
  /** Users whose names one call asks for by their ids. */
  namedUsers: 500,
} as const;
