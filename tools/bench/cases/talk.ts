/** Cases in which people write to each other, beside ejabberd doing the same with its archive in PostgreSQL. */
import type { Case, Goal } from '../bench-case.js';
import { chatSide, type Talk } from '../sides/chat.js';
import { ejabberdSide } from '../sides/ejabberd.js';
import { pipelineSide } from '../sides/pipeline.js';

/** What messages may cost beside a pipeline that is written for nothing else. */
export const SENDING_ALONE: readonly Goal[] = [
  { of: 'server CPU µs/message', as: 'ratio', atMost: 1 },
  { of: "own processes' CPU µs/message", as: 'ratio', atMost: 1.1 },
  { of: 'arrival p50 ms', as: 'ratio', atMost: 1.05 },
  { of: 'arrival p99 ms', as: 'ratio', atMost: 1.05 },
];

export const talkCase = ({
  talk,
  ...rest
}: Pick<Case, 'name' | 'summary' | 'goals' | 'olderGoals' | 'pipelineGoals'> & {
  talk: Talk;
}): Case => ({
  ...rest,
  unit: talk.members === 2 ? 'message' : 'delivery',
  ours: chatSide(talk),
  peer: ejabberdSide(talk),
  pipeline: pipelineSide(talk),
  older: folder => chatSide(talk, { name: 'older build', folder }),
});
