import { talkCase } from './talk.js';

export const pairs1 = talkCase({
  name: 'pairs-1',
  summary: '50 pairs, each sender one in flight',
  talk: { chats: 50, members: 2, inFlight: 1 },
  goals: [
    { of: 'messages/s', as: 'ratio', atLeast: 2 },
    { of: 'arrival p50 ms', as: 'ratio', atMost: 1 },
    { of: 'arrival p99 ms', as: 'ratio', atMost: 1 },
  ],
});
