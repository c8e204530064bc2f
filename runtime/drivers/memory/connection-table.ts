/** The live connections of this process, by user: what it knows for certain, whatever others remember of it. */

export interface ConnectionTable {
  readonly size: number;
  hasUser(userId: string): boolean;
  has(userId: string, connectionId: string): boolean;
  add(userId: string, connectionId: string): void;
  remove(userId: string, connectionId: string): void;
  /** All, as they are now, as pairs of user and connection. */
  list(): [userId: string, connectionId: string][];
}

export function connectionTable(): ConnectionTable {
  const users = new Map<string, Set<string>>();
  let size = 0;

  return {
    get size() {
      return size;
    },
    hasUser: userId => users.has(userId),
    has: (userId, connectionId) => users.get(userId)?.has(connectionId) ?? false,
    add(userId, connectionId) {
      const theirs = users.get(userId) ?? new Set<string>();
      users.set(userId, theirs);
      size -= theirs.size;
      size += theirs.add(connectionId).size;
    },
    remove(userId, connectionId) {
      const theirs = users.get(userId);
      if (!theirs?.delete(connectionId)) return;
      size -= 1;
      if (theirs.size === 0) users.delete(userId);
    },
    list: () => [...users].flatMap(([userId, theirs]) => [...theirs].map(id => [userId, id] as [string, string])),
  };
}
