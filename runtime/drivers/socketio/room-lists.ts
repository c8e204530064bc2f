/**
 * Who is in which room, kept small: a connection has some rooms, most of them its own alone, and Socket.IO's adapter has
 * two sets of the language for each. Only what they are made of is changed, and that a room's name is kept once.
 */
import { FewSet } from '../few.js';
import type { PeerServer } from './peer.js';

/** Those who are in a room; `name` is the string that all of them share. */
class Members extends FewSet {
  constructor(readonly name: string) {
    super();
  }
}

/** Of Socket.IO's adapter: the rest of it only looks into these, deletes from them and iterates over them. */
interface Adapter {
  readonly rooms: Map<string, Members>;
  readonly sids: Map<string, FewSet>;
  addAll(id: string, rooms: Iterable<string>): void;
  emit(event: string, ...args: unknown[]): unknown;
}

/** Of the adapter that there is now; to be said again when it is replaced by another one. */
export function keepRoomsSmall(io: PeerServer): void {
  const adapter = io.of('/').adapter as unknown as Adapter;
  const { rooms, sids } = adapter;

  function membersOf(room: string): Members {
    const known = rooms.get(room);
    if (known) return known;
    const members = new Members(room);
    rooms.set(room, members);
    adapter.emit('create-room', room);
    return members;
  }

  adapter.addAll = (id, wanted) => {
    const theirs = sids.get(id) ?? new FewSet();
    sids.set(id, theirs);
    for (const room of wanted) {
      const members = membersOf(room);
      theirs.add(members.name);
      if (members.has(id)) continue;
      members.add(id);
      adapter.emit('join-room', room, id);
    }
  };
}
