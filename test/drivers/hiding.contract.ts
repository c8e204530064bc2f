/** What hiding messages from oneself promises: gone from every answer to who hides them, and there for everybody else. */
import { expect } from 'chai';
import fc from 'fast-check';
import { LIMITS } from '#functions/domain/names.js';
import { ownStateStore } from '#functions/stores/own-state.js';
import type { Sql } from '#runtime/contract/ports.js';
import { message, minute, type World } from '../support/world.js';
import { atOnce, ownStateStage } from './own-state.stage.js';

export function hidingContract(world: () => World, otherPool: () => Sql): void {
  describe('own state', () => {
    const stage = () => ownStateStage(world());

    describe('hiding', () => {
      it('merges stretches that touch, and tells those that are new since a number', async () => {
        const { id, say, hide, since } = await stage();
        await say(20);
        const hides = async (from: number, to: number) => {
          const state = await hide(from, to);
          return typeof state === 'object' ? [state.rev, ...(state.hidden ?? [])] : state;
        };
        expect(await hides(3, 3)).to.deep.equal([1, { from: 3, to: 3 }]);
        expect(await hides(7, 8)).to.deep.equal([2, { from: 7, to: 8 }]);
        expect(await hides(8, 7 + 1), 'is there already').to.deep.equal([2, { from: 7, to: 8 }]);
        expect(await hides(4, 4)).to.deep.equal([3, { from: 3, to: 4 }]);
        expect(await hides(12, 14)).to.deep.equal([4, { from: 12, to: 14 }]);
        expect((await since(0)).chats).to.deep.equal([
          {
            chatId: id,
            rev: 4,
            hidden: [
              { from: 3, to: 4 },
              { from: 7, to: 8 },
              { from: 12, to: 14 },
            ],
          },
        ]);
        expect((await since(3)).chats).to.deep.equal([{ chatId: id, rev: 4, hidden: [{ from: 12, to: 14 }] }]);
        expect(await hides(5, 11)).to.deep.equal([5, { from: 3, to: 14 }]);
        expect(await hides(1, 1_000), 'nothing that is still to come').to.deep.equal([6, { from: 1, to: 20 }]);
        expect(await hides(21, 21)).to.equal('unknown');
        await say(1);
        expect((await since(0)).chats).to.deep.equal([{ chatId: id, rev: 6, hidden: [{ from: 1, to: 20 }] }]);
      });

      it('tells with a number all that has it, also when it tells it again', async () => {
        const { id, me, say, hide, update } = await stage();
        await say(9);
        await hide(2);
        await hide(7);
        const hidden = [{ from: 7, to: 7 }];
        expect(await update({ pinned: false }), 'nothing new').to.deep.equal({ chatId: id, rev: 2, hidden });
        expect(await world().ownState.of([{ chatId: id, userId: me }])).to.deep.equal([
          { userId: me, state: { chatId: id, rev: 2, hidden } },
        ]);
        expect(await hide(2), 'hidden already').to.deep.equal({
          ...{ chatId: id, rev: 2, hidden: [{ from: 2, to: 2 }, ...hidden] },
        });
        expect(await update({ pinned: true })).to.deep.equal({ chatId: id, rev: 3, pinned: true });
        expect(await hide(2), 'by an earlier number').to.deep.equal({
          ...{ chatId: id, rev: 3, pinned: true, hidden: [{ from: 2, to: 2 }] },
        });
      });

      it('is told again to who comes back: what they asked for while they were out told nothing of it', async () => {
        const { id, other, say } = await stage();
        const { members, ownState } = world();
        await say(9);
        await ownState.hide(other, id, { from: 4, to: 4 });
        await ownState.update(other, id, { pinned: true }, minute(30));
        await members.remove(id, other, minute(40), false);
        expect(await ownState.since(other, 0)).to.deep.equal({ note: 2, chats: [], more: false });
        expect(await members.add(id, other, minute(41))).to.equal('added');
        const again = { chatId: id, rev: 3, pinned: true, hidden: [{ from: 4, to: 4 }] };
        expect(await ownState.since(other, 2)).to.deep.equal({ note: 3, chats: [again], more: false });
        expect(await ownState.of([{ chatId: id, userId: other }])).to.deep.equal([{ userId: other, state: again }]);
      });

      it('keeps stretches apart however many hide at once', async () => {
        const { id, me, say } = await stage();
        await say(60);
        const stores = [world().ownState, ownStateStore(otherPool())];
        const seqs = fc.sample(
          fc.shuffledSubarray(
            Array.from({ length: 60 }, (_, n) => n + 1),
            { minLength: 60 },
          ),
          1,
        )[0]!;
        await atOnce(60, async n => stores[n % 2]?.hide(me, id, { from: seqs[n] as number, to: seqs[n] as number }));
        const { note, chats } = await world().ownState.since(me, 0);
        expect([note, chats]).to.deep.equal([60, [{ chatId: id, rev: 60, hidden: [{ from: 1, to: 60 }] }]]);
      });

      it('has an end of stretches that touch no other', async () => {
        const { id, me, say, hide } = await stage();
        const { sql, ownState } = world();
        await say(10);
        await sql.query(
          'test-many-hidden',
          `insert into hidden select $1, $2, 1000 + 2 * n, 1000 + 2 * n, n from generate_series(1, $3::int - 1) n`,
          [id, me, LIMITS.hiddenStretches],
        );
        expect(await hide(1)).to.include({ rev: 1 });
        expect(await hide(3)).to.equal('full');
        expect(await hide(2)).to.include({ rev: 2 });
        expect(await ownState.since(me, 1)).to.include({ note: 2 });
      });

      it('leaves hidden messages out of history, sync and what is unread, whatever is written, read and hidden', async () => {
        const act = fc.oneof(
          { weight: 3, arbitrary: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }).map(write => ({ write })) },
          { weight: 1, arbitrary: fc.record({ upTo: fc.integer({ min: 1, max: 20 }) }) },
          { weight: 3, arbitrary: fc.record({ from: fc.integer({ min: 1, max: 20 }), more: fc.nat(3) }) },
        );
        const question = fc.record({ after: fc.nat(20), before: fc.nat(20), limit: fc.integer({ min: 1, max: 6 }) });
        await fc.assert(
          fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 12 }), question, async (acts, asked) => {
            const { me, other, id, hide, view } = await stage();
            const { members, messages } = world();
            const senders: string[] = [];
            const hidden = new Set<number>();
            let read = 0;
            for (const each of acts) {
              if ('write' in each) {
                const by = each.write.map(mine => (mine ? me : other));
                await messages.append(by.map(sender => message(id, sender)));
                for (const sender of by) if (senders.push(sender) - 1 === read && sender === me) read = senders.length;
              } else if ('upTo' in each) {
                await members.markRead([{ chatId: id, userId: me, seq: each.upTo }]);
                read = Math.max(read, Math.min(each.upTo, senders.length));
              } else {
                const { from, more } = each;
                await hide(from, from + more);
                for (let seq = from; seq <= Math.min(from + more, senders.length); seq += 1) hidden.add(seq);
              }
            }
            const shown = senders.map((_, at) => at + 1).filter(seq => !hidden.has(seq));
            const { after, before, limit } = asked;
            const page = async (range: object, userId = me) =>
              (await messages.page(id, userId, { limit, ...range })).map(({ seq }) => seq);
            expect(await page({})).to.deep.equal(shown.slice(-limit));
            expect(await page({ before })).to.deep.equal(shown.filter(seq => seq < before).slice(-limit));
            expect(await page({ after })).to.deep.equal(shown.filter(seq => seq > after).slice(0, limit));
            const between = shown.filter(seq => seq > after && seq < before).slice(0, limit);
            expect(await page({ after, before })).to.deep.equal(between);
            expect(await page({ limit: 50 }, other)).to.deep.equal(senders.map((_, at) => at + 1));

            const cursor = Math.min(after, senders.length);
            const { chats } = await messages.sync(me, { [id]: cursor }, limit);
            const missing = shown.filter(seq => seq > cursor);
            const [synced] = chats;
            expect(synced?.messages.map(({ seq }) => seq)).to.deep.equal(missing.slice(0, limit));
            expect(synced).to.include({ more: missing.length > limit, lastSeq: senders.length });

            const unread = shown.filter(seq => seq > read && senders[seq - 1] !== me).length;
            const seen = await view();
            expect([seen?.unread, seen?.lastMessage?.seq]).to.deep.equal([unread, shown.at(-1)]);
          }),
          { numRuns: 60 },
        );
      });

      it('costs a client that begins anew no more for what is hidden: an answer is never empty where there is more', async () => {
        const { me, id, say, hide } = await stage();
        const { group, messages } = world();
        await say(450);
        await say(450);
        for (let seq = 1; seq < 900; seq += 3) await hide(seq, seq + 1);
        const behind = await group([me]);
        await messages.append([message(behind, me)]);
        const held: Record<string, number> = {};
        const found: number[] = [];
        for (let more = true; more; ) {
          const { chats } = await messages.sync(me, held, 200);
          for (const chat of chats) {
            const seqs = chat.messages.map(({ seq }) => seq);
            if (chat.more) expect(seqs).not.to.deep.equal([]);
            if (chat.chatId === id) found.push(...seqs);
            held[chat.chatId] = seqs.at(-1) ?? held[chat.chatId] ?? 0;
          }
          more = chats.some(chat => chat.more);
        }
        expect(found).to.deep.equal(Array.from({ length: 300 }, (_, n) => 3 * n + 3));
        expect(held[behind]).to.equal(1);
      });

      it('takes a message from who hides it for every change and question, and from nobody else', async () => {
        const { id, me, other, say, hide } = await stage();
        const { changes, chats } = world();
        await chats.update(id, { keepVersions: true });
        await say(2);
        const place = { chatId: id, seq: 1 };
        const change = (userId: string) => ({ ...place, userId, at: minute(2) });
        await changes.apply([
          { kind: 'pin', ...change(me), on: true },
          { kind: 'react', ...change(other), emoji: '👍', on: true },
        ]);
        await hide(1);
        const wishes = (userId: string) =>
          changes.apply([
            { kind: 'react', ...change(userId), emoji: '❤️', on: true },
            { kind: 'delete', ...change(userId) },
          ]);
        const seenBy = async (userId: string) => [
          (await changes.reactors(place, userId, { limit: 9 }))?.length,
          (await changes.versions(place, userId))?.length,
          (await changes.pins(id, userId)).length,
        ];
        expect(await seenBy(me)).to.deep.equal([undefined, undefined, 0]);
        expect(await seenBy(other)).to.deep.equal([1, 1, 1]);
        expect((await wishes(me)).map(({ refused }) => refused?.code)).to.deep.equal(['not_found', 'not_found']);
        expect((await wishes(other)).map(({ refused }) => refused)).to.deep.equal([undefined, undefined]);
      });

      it('takes hidden messages out of what is unread and last, for who hides them alone', async () => {
        const { id, me, other, say, hide, view } = await stage();
        const said = await say(4);
        await hide(4);
        await hide(2);
        expect(await view()).to.deep.include({ unread: 2, lastSeq: 4, lastMessage: said[2] });
        expect(await view(other)).to.deep.include({ unread: 0, lastMessage: said[3] });
        const [listed] = await world().chats.list(me, { limit: 1 });
        expect(listed?.chat).to.deep.include({ unread: 2, lastMessage: said[2] });
        expect(await world().chats.readersOf(id)).to.have.deep.members([
          { userIds: [me], unread: 2, mentions: 0, lastMessage: said[2] },
          { userIds: [other], unread: 0, mentions: 0, lastMessage: said[3] },
        ]);
        await hide(1, 4);
        expect(await view()).to.deep.include({ unread: 0, lastMessage: null });
      });
    });
  });
}
