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

export const rooms5x100Busy = talkCase({
  name: 'rooms-5x100-busy',
  summary: '5 rooms of 100, one sender each, eight in flight',
  talk: { chats: 5, members: 100, inFlight: 8 },
  goals: [
    { of: 'deliveries/s', as: 'ratio', atLeast: 2 },
    { of: 'server CPU µs/delivery', as: 'ratio', atMost: 0.25 },
  ],
});
