import { SENDING_ALONE, talkCase } from './talk.js';

export const paced500 = talkCase({
  name: 'paced-500',
  summary: '50 pairs, 500 messages a second in all, evenly, whatever the answers',
  talk: { chats: 50, members: 2, inFlight: 0, rate: 500 },
  goals: [
    { of: 'arrival p50 ms', as: 'value', atMost: 3 },
    { of: 'arrival p99 ms', as: 'value', atMost: 8 },
    { of: 'arrival p50 ms', as: 'ratio', atMost: 1 },
    { of: 'arrival p99 ms', as: 'ratio', atMost: 1 },
  ],
  pipelineGoals: SENDING_ALONE,
});
