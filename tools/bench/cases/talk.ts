/** Cases in which people write to each other, beside ejabberd doing the same with its archive in PostgreSQL. */
import type { Case } from '../bench-case.js';
import { chatSide, type Talk } from '../sides/chat.js';
import { ejabberdSide } from '../sides/ejabberd.js';
import { pipelineSide } from '../sides/pipeline.js';

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
