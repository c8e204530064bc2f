/** The rooms once more, beside a server that does nothing but tell them: how much of what we take is the telling. */
import type { Case } from '../bench-case.js';
import { bareRoomsSide } from '../sides/bare-rooms.js';
import { chatSide } from '../sides/chat.js';

const beside = (chats: number, members: number): Case => {
  const talk = { chats, members, inFlight: 1 };
  return {
    name: `rooms-${chats}x${members}-bare`,
    summary: `${chats} rooms of ${members}, one sender each, one in flight`,
    unit: 'delivery',
    ours: chatSide(talk),
    peer: bareRoomsSide(talk),
    goals: [],
    fullOnly: true,
    brief: true,
  };
};

export const rooms50x10Bare = beside(50, 10);
export const rooms5x100Bare = beside(5, 100);
