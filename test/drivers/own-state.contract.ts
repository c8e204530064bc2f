/** What a user's own state promises: the later draft wins, numbers are dense, and nobody else is concerned. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import type { OwnState } from '#functions/domain/model.js';
import { LIMITS } from '#functions/domain/names.js';
import type { OwnStateChange } from '#functions/ports/ownState.js';
import { messageStore } from '#functions/stores/messages.js';
import { ownStateStore } from '#functions/stores/own-state.js';
import type { Sql } from '#runtime/contract/ports.js';
import { message, minute, type World } from '../support/world.js';

const NOW = minute(30);

/** As many at once as two pools have connections for, so that none waits for one longer than it may. */
async function atOnce<Result>(count: number, work: (n: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < count; n = next++) results[n] = await work(n);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return results;
}

export function ownStateContract(world: () => World, otherPool: () => Sql): void {
  describe('own state', () => {
    /** Two people in a group, and what the first of them does to their own state of it. */
    async function stage() {
      const { people, group, ownState, chats, messages } = world();
      const [me, other] = (await people(2)) as [string, string];
      const id = await group([me, other]);
      return {
        me,
        other,
        id,
        update: (change: OwnStateChange, chatId = id) => ownState.update(me, chatId, change, NOW),
        since: (note: number) => ownState.since(me, note),
        hide: (from: number, to = from) => ownState.hide(me, id, { from, to }),
        say: (count: number, senderId = other) =>
          messages.append(Array.from({ length: count }, () => message(id, senderId))),
        view: (viewerId = me) => chats.view(id, viewerId),
      };
    }

    it('sets what is given and leaves the rest, one number a change, and none for a change of nothing', async () => {
      const { id, update, since } = await stage();
      expect(await update({ pinned: false, archived: false, notify: 'all', mutedUntil: null })).to.deep.equal({
        chatId: id,
        rev: 0,
      });
      expect(await update({ mutedUntil: minute(50) })).to.deep.equal({ chatId: id, rev: 1, mutedUntil: minute(50) });
      const all = { chatId: id, rev: 2, mutedUntil: minute(50), notify: 'none', archived: true, pinned: true };
      const rest = { notify: 'none', archived: true, pinned: true } as const;
      expect(await update(rest)).to.deep.equal(all);
      expect(await update({ ...rest, mutedUntil: minute(50) })).to.deep.equal(all);
      expect(await since(0)).to.deep.equal({ note: 2, chats: [all], more: false });
      expect(await update({ mutedUntil: null, notify: 'all', archived: false, pinned: false })).to.deep.equal({
        chatId: id,
        rev: 3,
      });
    });

    it('is told to its user in the chat, and to nobody else', async () => {
      const { id, me, other, update, view } = await stage();
      const draft = { body: '𝄞 "quoted" \\ ё', replyTo: randomUUID(), at: minute(1) };
      await update({ pinned: true, notify: 'mentions', draft });
      const told = { pinned: true, notify: 'mentions', draft } as const;
      expect(await view()).to.deep.include(told);
      const [listed] = await world().chats.list(me, { limit: 1 });
      expect(listed?.chat).to.deep.include({ id, ...told });
      for (const member of Object.keys(told)) {
        expect(await view(other)).not.to.have.property(member);
        expect(await view(randomUUID())).not.to.have.property(member);
      }
      expect(await world().ownState.since(other, 0)).to.deep.equal({ note: 0, chats: [], more: false });
    });

    it('keeps the later draft, whatever the order in which they come', async () => {
      const draft = fc.record({ body: fc.constantFrom('', 'a', 'b', 'c'), at: fc.nat(9).map(minute) });
      await fc.assert(
        fc.asyncProperty(fc.array(draft, { minLength: 1, maxLength: 8 }), async drafts => {
          const { update } = await stage();
          let kept: (typeof drafts)[number] | undefined;
          let rev = 0;
          for (const each of drafts) {
            if (!kept || each.at > kept.at) {
              if (each.body !== '' || (kept?.body ?? '') !== '') rev += 1;
              kept = each;
            }
            const state = await update({ draft: each });
            expect(state?.draft).to.deep.equal(kept.body === '' ? undefined : kept);
            expect(state?.rev).to.equal(rev);
          }
        }),
        { numRuns: 30 },
      );
    });

    it('gives up whatever draft there is, and takes none that was written before that', async () => {
      const { update } = await stage();
      await update({ draft: { body: 'by a clock that is ahead', at: minute(40) } });
      expect(await update({ draft: null })).not.to.have.property('draft');
      expect(await update({ draft: { body: 'late', at: minute(40) } })).not.to.have.property('draft');
      await update({ draft: { body: 'new', at: minute(41) } });
      const { id, update: other } = await stage();
      await other({ draft: { body: 'a', at: minute(1) } });
      await other({ draft: null });
      expect(await other({ draft: { body: 'on its way meanwhile', at: minute(29) } })).to.deep.equal({
        chatId: id,
        rev: 2,
      });
    });

    it('keeps a draft of nothing but a reply', async () => {
      const { update } = await stage();
      const draft = { body: '', replyTo: randomUUID(), at: minute(1) };
      expect(await update({ draft })).to.deep.include({ draft });
    });

    it('knows no chat that the user is not in, nor has left', async () => {
      const { id, me, other } = await stage();
      const { ownState, members } = world();
      await ownState.update(other, id, { pinned: true }, NOW);
      await members.remove(id, other, minute(1), true);
      expect(await ownState.update(other, id, { pinned: false }, NOW)).to.equal(undefined);
      expect(await ownState.hide(other, id, { from: 1, to: 1 })).to.equal(undefined);
      expect(await ownState.of([{ chatId: id, userId: other }])).to.deep.equal([]);
      expect(await ownState.since(other, 0)).to.deep.equal({ note: 1, chats: [], more: false });
      expect(await ownState.update(me, randomUUID(), { pinned: true }, NOW)).to.equal(undefined);
    });

    it('numbers one user’s changes without holes, however many are made at once, and ends in what all tell', async () => {
      const { me } = await stage();
      const { group, sql } = world();
      const ids = await Promise.all(Array.from({ length: 5 }, () => group([me])));
      const stores = [ownStateStore(sql), ownStateStore(otherPool())];
      const told = await atOnce(60, async n =>
        stores[n % 2]?.update(me, ids[n % 5] as string, { draft: { body: `${n}`, at: minute(n) } }, NOW),
      );
      const { note, chats, more } = await stores[0]!.since(me, 0);
      const took = new Set(told.map(state => state?.rev)).size;
      // Those that came too late took no number.
      expect(note).to.be.within(5, 60);
      expect(took).to.equal(note);
      expect([more, chats.length]).to.deep.equal([false, 5]);
      expect(chats.map(({ chatId, draft }) => [chatId, draft?.body])).to.have.deep.members(
        ids.map((chatId, n) => [chatId, `${55 + n}`]),
      );
    });

    describe('a draft that is sent', () => {
      it('is gone with its message, under one number, and none that was written by then comes back', async () => {
        const { id, me, update, since } = await stage();
        const { messages, ownState } = world();
        await update({ pinned: true, draft: { body: 'almost', at: minute(5) } });
        const sent = message(id, me, 'x', { draftAt: minute(6) });
        const [stored] = await messages.append([sent]);
        expect(await since(1)).to.deep.equal({ note: 2, chats: [{ chatId: id, rev: 2, pinned: true }], more: false });
        expect(await messages.append([sent])).to.deep.equal([stored]);
        for (const at of [5, 6].map(minute)) {
          expect(await update({ draft: { body: 'late', at } })).to.deep.equal({ chatId: id, rev: 2, pinned: true });
        }
        expect(await ownState.of([{ chatId: id, userId: me }])).to.deep.equal([
          { userId: me, state: { chatId: id, rev: 2, pinned: true } },
        ]);
        expect(await update({ draft: { body: 'next', at: minute(7) } })).to.include({ rev: 3 });
      });

      it('leaves a draft that was written after it', async () => {
        const { id, me, update, since } = await stage();
        const draft = { body: 'the next one', at: minute(8) };
        await update({ draft });
        await world().messages.append([message(id, me, 'x', { draftAt: minute(7) })]);
        expect(await since(0)).to.deep.equal({ note: 1, chats: [{ chatId: id, rev: 1, draft }], more: false });
      });

      it('is kept from coming by a message that was faster', async () => {
        const { id, me, update, since } = await stage();
        await world().messages.append([message(id, me, 'x', { draftAt: minute(7) })]);
        expect(await update({ draft: { body: 'slow', at: minute(7) } })).to.deep.equal({ chatId: id, rev: 0 });
        expect(await since(0)).to.deep.equal({ note: 0, chats: [], more: false });
      });

      it('is told apart by sender and chat, and takes its own number, in a batch of many', async () => {
        const { me, other } = await stage();
        const { group, messages, ownState } = world();
        const ids = (await Promise.all([1, 2, 3].map(() => group([me, other])))).sort();
        for (const userId of [me, other]) {
          for (const id of ids) await ownState.update(userId, id, { draft: { body: 'a', at: minute(5) } }, NOW);
        }
        const [one, two, three] = ids as [string, string, string];
        await messages.append([
          message(two, me, 'a', { draftAt: minute(5) }),
          message(one, me, 'b', { draftAt: minute(9) }),
          message(one, me, 'c', { draftAt: minute(5) }),
          message(three, me, 'd'),
          message(three, other, 'e', { draftAt: minute(6) }),
          message(two, other, 'f', { draftAt: minute(4) }),
        ]);
        const toldTo = async (userId: string) =>
          (await ownState.since(userId, 3)).chats.map(({ chatId, rev, draft }) => [chatId, rev, draft?.body]);
        expect(await toldTo(me)).to.deep.equal([
          [one, 4, undefined],
          [two, 5, undefined],
        ]);
        expect(await toldTo(other)).to.deep.equal([[three, 4, undefined]]);
        const { draft } = (await ownState.update(me, one, { draft: { body: 'b', at: minute(9) } }, NOW)) ?? {};
        expect(draft, 'the latest of the batch counts').to.equal(undefined);
        // Watermarks and numbers of one's own messages go on as ever.
        expect(await world().chats.view(one, me)).to.include({ lastSeq: 2, unread: 0 });
        expect(await world().chats.view(two, other)).to.include({ unread: 1 });
      });

      it('is gone however many send and write at once, in chats in any order', async () => {
        const { me, other } = await stage();
        const { group, sql } = world();
        const ids = await Promise.all([1, 2, 3, 4].map(() => group([me, other])));
        const pools = [sql, otherPool()].map(pool => ({ messages: messageStore(pool), ownState: ownStateStore(pool) }));
        await atOnce(80, async n => {
          const { messages, ownState } = pools[n % 2]!;
          const shuffled = ids.toSorted(() => Math.random() - 0.5);
          const userId = n % 4 < 2 ? me : other;
          if (n % 3 > 0) {
            return ownState.update(userId, shuffled[0] as string, { draft: { body: `${n}`, at: minute(n) } }, NOW);
          }
          return messages.append(
            shuffled.flatMap(id => [me, other].map(sender => message(id, sender, `${n}`, { draftAt: minute(n) }))),
          );
        });
        await pools[0]?.messages.append(
          ids.flatMap(id => [me, other].map(sender => message(id, sender, 'last', { draftAt: minute(99) }))),
        );
        for (const userId of [me, other]) {
          const { note, chats } = await pools[0]!.ownState.since(userId, 0);
          expect(chats.map(({ draft }) => draft)).to.deep.equal(chats.map(() => undefined));
          expect(new Set(chats.map(({ rev }) => rev)).size).to.equal(chats.length);
          expect(Math.max(...chats.map(({ rev }) => rev))).to.equal(note);
        }
      });
    });

    describe('since a number', () => {
      it('comes in pages, in order, each chat once and as it is now', async () => {
        const { me } = await stage();
        const { group, ownState } = world();
        const count = LIMITS.syncOwnStates + 20;
        const ids: string[] = [];
        for (let n = 0; n < count; n += 1) {
          const id = await group([me]);
          ids.push(id);
          await ownState.update(me, id, { pinned: true }, NOW);
        }
        await ownState.update(me, ids[0] as string, { archived: true }, NOW);
        const first = await ownState.since(me, 0);
        expect(first).to.include({ note: LIMITS.syncOwnStates + 1, more: true });
        const second = await ownState.since(me, first.note);
        expect(second).to.include({ note: count + 1, more: false });
        const told = [...first.chats, ...second.chats];
        expect(told.map(({ rev }) => rev)).to.deep.equal(Array.from({ length: count }, (_, n) => n + 2));
        expect(told.map(({ chatId }) => chatId)).to.deep.equal([...ids.slice(1), ids[0]]);
        expect(told.at(-1)).to.deep.include({ pinned: true, archived: true });
      });

      it('is bounded in bytes, and ends in the whole', async () => {
        const { me } = await stage();
        const { group, ownState } = world();
        const body = '\u0001'.repeat(4096);
        for (let n = 0; n < 60; n += 1) {
          await ownState.update(me, await group([me]), { draft: { body, at: minute(1) } }, NOW);
        }
        const found: OwnState[] = [];
        for (let note = 0, more = true; more; ) {
          const page = await ownState.since(me, note);
          expect(Buffer.byteLength(JSON.stringify(page))).to.be.below(1.1 * 1024 * 1024);
          found.push(...page.chats);
          ({ note, more } = page);
        }
        expect(found.map(({ rev }) => rev)).to.deep.equal(Array.from({ length: 60 }, (_, n) => n + 1));
      });

      it('says nothing twice, and begins anew where the number is above the last one', async () => {
        const { update, since } = await stage();
        await update({ pinned: true });
        expect(await since(1)).to.deep.equal({ note: 1, chats: [], more: false });
        const { chats } = await since(0);
        expect(await since(2)).to.deep.equal({ note: 1, chats, more: false, reset: true });
      });
    });

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
