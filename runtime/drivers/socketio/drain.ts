/**
 * Sends all clients elsewhere without a stampede: everybody is told at once, and whoever is still there is cut off at
 * their own moment, spread over as much of the grace as their number asks for, when what they asked is answered.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { closeTransport, type Peer, type PeerServer } from './peer.js';

/** The parts of the grace by whose end the last one's turn has come, and by whose end nobody is waited for any more. */
const TURNS = 0.6;
const PATIENCE = 0.9;
const LOOK_MS = 20;
/** A moment for those who go by themselves, and what each of the others adds to the time over which they are spread. */
const FIRST_MS = 500;
const EACH_MS = 10;

export async function drainPeers(io: PeerServer, peers: ReadonlyMap<string, Peer>, graceMs: number): Promise<void> {
  const began = Date.now();
  const past = (part: number): boolean => Date.now() - began >= graceMs * part;
  io.local.emit('server:draining', {});

  const spreadMs = Math.min(graceMs * TURNS, FIRST_MS + EACH_MS * peers.size);
  const leaving = shuffled([...peers.values()]).map(async (peer, index, all) => {
    await delay((spreadMs * (index + 1)) / all.length);
    while (peer.open && peer.unanswered > 0 && !past(PATIENCE)) await delay(LOOK_MS);
    if (peer.open) closeTransport(peer);
  });
  await Promise.all(leaving);
  while (peers.size > 0 && !past(1)) await delay(LOOK_MS);
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map(item => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
