import { SENDING_ALONE, talkCase } from './talk.js';

export const pairs32 = talkCase({
  name: 'pairs-32',
  summary: '50 pairs, each sender 32 in flight: durable, acknowledged with seq, delivered',
  talk: { chats: 50, members: 2, inFlight: 32 },
  goals: [
    { of: 'messages/s', as: 'ratio', atLeast: 4 },
    { of: 'server CPU µs/message', as: 'ratio', atMost: 0.25 },
  ],
  olderGoals: [{ of: 'server CPU µs/message', as: 'ratio', atMost: 1.03 }],
  pipelineGoals: SENDING_ALONE,
});
