import type { Case } from '../bench-case.js';
import { foldedReactionsSide, plainReactionsSide } from '../sides/reactions.js';

export const reactions: Case = {
  name: 'reactions',
  summary: '50,000 reactions of 100 members to one message of their group, from the queue to the rows and the rooms',
  unit: 'reaction',
  ours: foldedReactionsSide,
  peer: plainReactionsSide,
  goals: [{ of: 'reactions/s', as: 'ratio', atLeast: 10 }],
};
