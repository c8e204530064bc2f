/** What a user's own state promises: the later draft wins, numbers are dense, and nobody else is concerned. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import type { OwnState } from '#functions/domain/model.js';
import { LIMITS } from '#functions/domain/names.js';
import { messageStore } from '#functions/stores/messages.js';
import { ownStateStore } from '#functions/stores/own-state.js';
import type { Sql } from '#runtime/contract/ports.js';
import { message, minute, type World } from '../support/world.js';
import { atOnce, NOW, ownStateStage } from './own-state.stage.js';

export function ownStateContract(world: () => World, otherPool: () => Sql): void {
  describe('own state', () => {
    const stage = () => ownStateStage(world());

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
      const later = { ...all, mutedUntil: minute(51), rev: 3 };
      expect(await update({ mutedUntil: minute(51) })).to.deep.equal(later);
      expect(await update({ notify: 'mentions' })).to.deep.equal({ ...later, notify: 'mentions', rev: 4 });
      expect(await update({ mutedUntil: null, notify: 'all', archived: false, pinned: false })).to.deep.equal({
        chatId: id,
        rev: 5,
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
      expect(await ownState.since(randomUUID(), 0), 'of nobody').to.deep.equal({ note: 0, chats: [], more: false });
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
  });
}
