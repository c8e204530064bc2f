/**
 * Has media looked at that have been whole for some time and were not: whoever was to wish for it died first. What is wished for
 * more than once is found out once.
 */
import { single } from '../define.js';
import { mediaReady } from '../domain/events.js';
import { strictObject } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

const AT_ONCE = 100;

export const remindInspection = single({
  name: 'remindInspection',
  access: 'internal',
  needs: ['inspections'],
  publishes: [mediaReady],
  summary: 'Has media looked at that were not, though they have been whole for some minutes.',
  input: strictObject({}),
  async handle({ ports: { inspections }, now }) {
    const ids = await inspections.overdue(isoTime(now), AT_ONCE);
    return { publish: ids.map(id => mediaReady({ mediaId: id }, { id, unanswered: true })) };
  },
});
