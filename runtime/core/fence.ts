/**
 * A fence is put into a physical queue to learn when everything before it is done: its consumer answers it as any event,
 * in its turn, and functions see nothing of it.
 */
import type { Event } from '../contract/event.js';

const TYPE = 'function-runtime.fence.v1';

export const fenceEvent = (id: string, source: string): string =>
  JSON.stringify({ specversion: '1.0', id, type: TYPE, source } satisfies Omit<Event, 'data'>);

export const isFence = ({ type }: Pick<Event, 'type'>): boolean => type === TYPE;
