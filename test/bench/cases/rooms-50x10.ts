import { talkCase } from './talk.js';

export const rooms50x10 = talkCase({
  name: 'rooms-50x10',
  summary: '50 rooms of 10, one sender each, one in flight',
  talk: { chats: 50, members: 10, inFlight: 1 },
  goals: [
    { of: 'deliveries/s', as: 'ratio', atLeast: 3 },
    { of: 'server CPU µs/delivery', as: 'ratio', atMost: 0.25 },
  ],
});

export const rooms50x10Busy = talkCase({
  name: 'rooms-50x10-busy',
  summary: '50 rooms of 10, one sender each, eight in flight',
  talk: { chats: 50, members: 10, inFlight: 8 },
  goals: [
    { of: 'deliveries/s', as: 'ratio', atLeast: 3 },
    { of: 'server CPU µs/delivery', as: 'ratio', atMost: 0.25 },
  ],
});
