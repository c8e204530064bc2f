/** What is unread in a long chat: counted in blocks of seqs, and the same as if every message were looked at. */
import { expect } from 'chai';
import fc from 'fast-check';
import { message, minute, type World } from '../support/world.js';

/** Over three blocks, and a part of a fourth. */
const MESSAGES = 3_300;
const BATCH = 550;

export function unreadContract(world: () => World): void {
  describe('unread in a long chat', () => {
    it('is what others wrote above the watermark and nobody deleted, without what is hidden, in all views', async () => {
      const seq = fc.integer({ min: 1, max: MESSAGES });
      const stretch = fc.record({ from: seq, length: fc.constantFrom(1, 40, 700, 1_000, 2_100) });
      const act = fc.oneof(
        { weight: 3, arbitrary: fc.record({ gone: stretch, every: fc.constantFrom(1, 2, 7) }) },
        { weight: 2, arbitrary: stretch.map(hidden => ({ hidden })) },
        { weight: 2, arbitrary: seq.map(read => ({ read })) },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 8 }), fc.nat(6), async (acts, pattern) => {
          const { changes, chats, group, members, messages, ownState, people } = world();
          const [me, other, third] = (await people(3)) as [string, string, string];
          const crowd = [me, other, third];
          const chatId = await group(crowd);
          const senders = Array.from(
            { length: MESSAGES },
            (_, n) => crowd[(n * (pattern + 1) + (n >> 3)) % 3] as string,
          );
          for (let from = 0; from < MESSAGES; from += BATCH) {
            await messages.append(senders.slice(from, from + BATCH).map(sender => message(chatId, sender)));
          }
          const gone = new Set<number>();
          const hidden = new Set<number>();
          const seqsOf = ({ from, length }: { from: number; length: number }) =>
            Array.from({ length: Math.min(length, MESSAGES - from + 1) }, (_, n) => from + n);
          for (const each of acts) {
            if ('gone' in each) {
              const seqs = seqsOf(each.gone).filter(seq => seq % each.every === 0);
              await changes.apply(
                seqs.map(seq => ({ kind: 'delete', chatId, seq, userId: me, at: minute(2) }) as const),
              );
              for (const seq of seqs) gone.add(seq);
            } else if ('hidden' in each) {
              const seqs = seqsOf(each.hidden);
              await ownState.hide(other, chatId, { from: seqs[0] as number, to: seqs.at(-1) as number });
              for (const seq of seqs) hidden.add(seq);
            } else await members.markRead([{ chatId, userId: other, seq: each.read }]);
          }
          const readers = await chats.readersOf(chatId);
          const counts = new Map(readers.flatMap(({ userIds, unread }) => userIds.map(userId => [userId, unread])));
          for (const userId of crowd) {
            const view = await chats.view(chatId, userId);
            const readSeq = view?.members?.find(member => member.userId === userId)?.readSeq ?? 0;
            const unread = senders.filter((sender, n) => {
              const isHidden = userId === other && hidden.has(n + 1);
              return n + 1 > readSeq && sender !== userId && !gone.has(n + 1) && !isHidden;
            }).length;
            const listed = (await chats.list(userId, { limit: 200 })).find(({ chat }) => chat.id === chatId);
            expect([view?.unread, listed?.chat.unread, counts.get(userId)]).to.deep.equal([unread, unread, unread]);
          }
        }),
        { numRuns: 8 },
      );
    });

    it('stays what it is when a deletion is repeated, alone or in a batch', async () => {
      const { changes, chats, group, messages, people } = world();
      const [me, other] = (await people(2)) as [string, string];
      const chatId = await group([me, other]);
      await messages.append([1, 2, 3].map(() => message(chatId, me)));
      const gone = { kind: 'delete' as const, chatId, seq: 2, userId: me, at: minute(2) };
      for (const batch of [[gone, gone], [gone], [gone, { ...gone, seq: 3 }]]) await changes.apply(batch);
      expect((await chats.view(chatId, other))?.unread).to.equal(1);
      const rows = await world().sql.query<{ count: number }>(
        'test-deleted-counts',
        'select count from deleted_counts where chat_id = $1',
        [chatId],
      );
      expect(rows).to.deep.equal([{ count: 2 }, { count: 2 }]);
    });
  });
}
