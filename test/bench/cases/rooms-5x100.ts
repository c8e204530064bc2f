import { talkCase } from './talk.js';

export const rooms5x100 = talkCase({
  name: 'rooms-5x100',
  summary: '5 rooms of 100, one sender each, one in flight',
  talk: { chats: 5, members: 100, inFlight: 1 },
  goals: [
    { of: 'deliveries/s', as: 'ratio', atLeast: 2 },
    { of: 'server CPU µs/delivery', as: 'ratio', atMost: 0.25 },
  ],
});
