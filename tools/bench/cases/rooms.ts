/** Groups in which everybody hears what one says: with one message under way, and with several, which then travel together. */
import type { Case } from '../bench-case.js';
import { talkCase } from './talk.js';

const IN_FLIGHT = { one: 1, eight: 8 };

interface Rooms {
  readonly name: string;
  readonly chats: number;
  readonly members: number;
  readonly inFlight: keyof typeof IN_FLIGHT;
  /** As many deliveries as the peer, so many times over. */
  readonly atLeast: number;
}

const rooms = ({ name, chats, members, inFlight, atLeast }: Rooms): Case =>
  talkCase({
    name,
    summary: `${chats} rooms of ${members}, one sender each, ${inFlight} in flight`,
    talk: { chats, members, inFlight: IN_FLIGHT[inFlight] },
    goals: [
      { of: 'deliveries/s', as: 'ratio', atLeast },
      { of: 'server CPU µs/delivery', as: 'ratio', atMost: 0.25 },
    ],
  });

const small = { chats: 50, members: 10, atLeast: 3 };
const large = { chats: 5, members: 100, atLeast: 2 };

export const rooms50x10 = rooms({ ...small, name: 'rooms-50x10', inFlight: 'one' });
export const rooms50x10Busy = rooms({ ...small, name: 'rooms-50x10-busy', inFlight: 'eight' });
export const rooms5x100 = rooms({ ...large, name: 'rooms-5x100', inFlight: 'one' });
export const rooms5x100Busy = rooms({ ...large, name: 'rooms-5x100-busy', inFlight: 'eight' });
