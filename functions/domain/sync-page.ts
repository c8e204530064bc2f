/**
 * What one answer of `sync` holds of a chat. A client keeps the change that the answer names, and is told nothing of what
 * changed up to there again. So it is never beyond the change of a message that the answer leaves out: a client that hears
 * of such a message late, as it was before, would keep it like that for good.
 */

/** A message, by what it needs of an answer's room. */
export interface Changed {
  readonly seq: number;
  readonly rev: number;
  readonly octets: number;
}

/** The messages shown to the client that changed after its cursor: the first ones by `rev`, and all up to `until`. */
export interface ChangedAfter {
  readonly rows: readonly Changed[];
  readonly until: number;
}

/** What is asked for, in messages. */
export interface Asked {
  /** Everything up to this seq is held. */
  readonly after: number;
  readonly missing: number;
  /** Of new and changed ones together. */
  readonly room: number;
}

/**
 * Shares the room: as long as messages are missing, half of it at most goes to those that changed, and only to such as
 * bring the client's change on. `endOf` says which seq so many messages reach, `Infinity` for all of them.
 */
export function share(
  { after, missing, room }: Asked,
  rows: readonly Changed[],
  endOf: (count: number) => number,
): { take: number; changed: readonly Changed[] } {
  const held = (take: number, most: number) =>
    before(rows, endOf(take))
      .filter(({ seq }) => seq <= after)
      .slice(0, most);
  const most = Math.max(room - missing, Math.floor(room / 2));
  const { length } = held(Math.min(missing, room), most);
  const take = Math.min(missing, room - length);
  return { take, changed: held(take, length) };
}

/** Those before the first one that is behind the messages of the answer. */
function before(rows: readonly Changed[], end: number): readonly Changed[] {
  const at = rows.findIndex(({ seq }) => seq > end);
  return at === -1 ? rows : rows.slice(0, at);
}

/**
 * The change to hold after an answer with all messages after the cursor up to `end`, and all held ones that changed up to
 * `told`: the last one before that of a message that is left out.
 */
export function reached({ rows, until }: ChangedAfter, after: number, end: number, told: number): number {
  const out = rows.find(({ seq, rev }) => (seq <= after ? rev > told : seq > end));
  return out ? out.rev - 1 : until;
}
