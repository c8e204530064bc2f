/** What is told apart from the messages agrees with them: what is pinned, and who has reacted. */

import { groupBy } from '#runtime/group-by.js';
import { revOf } from '../../replica/held-chat.js';
import type { Finding } from '../finding.js';
import type { Outcome } from '../outcome.js';
import { keyOf } from './calls.js';
import { textOf } from './states.js';

export function* summaries({ history, views, pins, reacted }: Outcome): Generator<Finding> {
  for (const [chatId, messages] of history) {
    if (messages.some(message => revOf(message) < 0)) continue;
    const due = messages.flatMap(message => (message.pinnedAt ? [message] : []));
    due.sort((one, other) => (`${other.pinnedAt}` < `${one.pinnedAt}` ? -1 : 1) || other.seq - one.seq);
    const listed = pins.get(chatId) ?? [];
    const texts = (all: typeof due) => all.map(textOf).sort().join('\n');
    const inOrder = listed.every(({ pinnedAt = '' }, place) => pinnedAt <= (listed[place - 1]?.pinnedAt ?? pinnedAt));
    if (texts(due) !== texts([...listed]) || !inOrder) {
      const seqs = (all: readonly { seq: number }[]) => all.map(({ seq }) => seq).join(', ');
      yield { name: 'summary-differs', detail: `chat ${chatId} lists the pins ${seqs(listed)}, not ${seqs(due)}` };
    }
  }
  const people = new Map(reacted.map(one => [keyOf(one), one.reactions]));
  for (const message of [...history.values()].flat()) {
    if (revOf(message) < 0) continue;
    const reactions = people.get(keyOf(message)) ?? [];
    const counted = [...groupBy(reactions, ({ emoji }) => emoji)].map(
      ([emoji, { length: count }]) => `${emoji} ${count}`,
    );
    const told = message.reactions.map(({ emoji, count }) => `${emoji} ${count}`);
    if (counted.sort().join() === [...told].sort().join()) continue;
    yield {
      name: 'summary-differs',
      detail: `${keyOf(message)} has ${told.join(', ')}, and of people ${counted.join(', ')}`,
    };
  }
  for (const { userId, messages } of views) {
    for (const message of messages) {
      const own = (people.get(keyOf(message)) ?? []).filter(one => one.userId === userId).map(({ emoji }) => emoji);
      if (revOf(message) < 0 || own.sort().join() === [...(message.mine ?? [])].sort().join()) continue;
      yield { name: 'summary-differs', detail: `${keyOf(message)} has ${message.mine} of ${userId}, who put ${own}` };
      break;
    }
  }
}
