/** What `sync` promises of changes: each message once, as it is now, and how far a client has come. */
import { expect } from 'chai';
import type { Change } from '#functions/domain/change.js';
import type { Held } from '#functions/ports/messages.js';
import { messageStore } from '#functions/stores/messages.js';
import { withQuery } from '../support/replaced-sql.js';
import { message, type World } from '../support/world.js';
import { changesScene } from './changes.scene.js';

/** Messages that were edited as soon as they were stored. */
const CHANGED = `
with changed as (
  insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at, rev, edited_at)
  select $1, 2 + n, gen_random_uuid(), 'm' || n, $2, 'body', now(), n, now() from generate_series(1, $3::int) n
)
update chats set last_seq = last_seq + $3, last_change = $3 where id = $1`;

export function changesSyncContract(world: () => World): void {
  describe('changes', () => {
    const { scene, apply, only } = changesScene(world);

    describe('sync', () => {
      const chatOf = async (userId: string, chatId: string, held: Held, limit = 50) => {
        const { chats } = await world().messages.sync(userId, { [chatId]: held }, limit);
        return chats.find(chat => chat.chatId === chatId);
      };

      it('gives what changed while a client was away, once, as it is now, beside what is new', async () => {
        const { chatId, owner, sender, stored, ...the } = await scene(4);
        await apply(the.edit(sender, 'first'));
        await apply(the.react(owner, '👍', true, 2));
        await apply(the.edit(sender, 'second'), the.remove(sender, 3));
        await only(the.pin(owner, true, 4));
        const all = await stored();
        const chat = await chatOf(owner, chatId, { seq: 3, change: 1 });
        expect(chat?.changed.map(({ seq, rev }) => [seq, rev])).to.deep.equal([
          [2, 2],
          [1, 3],
          [3, 4],
        ]);
        expect(chat?.changed).to.deep.equal([all[1], all[0], all[2]]);
        expect(chat?.changed[0]?.mine).to.deep.equal(['👍']);
        expect(chat?.messages).to.deep.equal(all.slice(3));
        expect(chat).to.deep.include({ firstSeq: 1, lastSeq: 4, lastChange: 5, changeUpto: 5, more: false });
        expect((await chatOf(owner, chatId, { seq: 4, change: 5 }))?.changed).to.deep.equal([]);
        expect((await chatOf(owner, chatId, { seq: 4, change: 3 }))?.changed.map(({ seq }) => seq)).to.deep.equal([
          3, 4,
        ]);
      });

      it('begins at the present change where none is named, and anew where one is that never was', async () => {
        const { chatId, owner, sender, ...the } = await scene();
        await apply(the.edit(sender, 'first'));
        for (const held of [1, { seq: 1 }]) {
          expect(await chatOf(owner, chatId, held)).to.deep.include({ changed: [], changeUpto: 1, lastChange: 1 });
        }
        const anew = await chatOf(owner, chatId, { seq: 1, change: 2 });
        expect(anew).to.deep.include({ changed: [], changeUpto: 1, reset: true });
        expect(anew?.messages.map(({ seq, body }) => [seq, body])).to.deep.equal([
          [1, 'first'],
          [2, 'body of c2'],
        ]);
      });

      it('ends in the whole, whatever a client holds, and says at each step how far it has come', async () => {
        const { chatId, owner, sender, stored, ...the } = await scene(30);
        await world().ownState.hide(owner, chatId, { from: 4, to: 6 });
        for (let n = 0; n < 40; n += 1) await only(the.edit(sender, `edit ${n}`, { seq: 1 + ((n * 7) % 30) }));
        const whole = await stored();
        const held = new Map(whole.slice(0, 12).map(({ seq }) => [seq, 0]));
        const cursor = { seq: 12, change: 0 };
        for (let more = true; more; ) {
          const chat = await chatOf(owner, chatId, cursor, 3);
          if (!chat) throw new Error('the chat is not there');
          expect(chat.messages.length + chat.changed.length).to.be.within(1, 3);
          for (const { seq, rev } of [...chat.messages, ...chat.changed]) held.set(seq, rev);
          cursor.seq = chat.messages.at(-1)?.seq ?? cursor.seq;
          cursor.change = chat.changeUpto;
          more = chat.more;
        }
        expect(cursor).to.deep.equal({ seq: 30, change: 40 });
        expect([...held].sort(([one], [other]) => one - other)).to.deep.equal(whole.map(({ seq, rev }) => [seq, rev]));
      });

      it('names no change of a message that it leaves out: who hears of it late would keep it as it was', async () => {
        const { chatId, owner, sender, ...the } = await scene(20);
        await apply(the.edit(sender, 'early', { seq: 3 }), the.edit(sender, 'late', { seq: 20 }));
        await apply(the.edit(sender, 'last', { seq: 5 }));
        const [first, above] = [await chatOf(owner, chatId, { seq: 0, change: 0 }, 7), { seq: 9, change: 9 }];
        expect(first?.messages.map(({ seq }) => seq)).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
        expect(first).to.deep.include({ changed: [], changeUpto: 1, lastChange: 3, more: true });
        // Set back to before the cursor, it begins at the start, with all changes.
        expect(await chatOf(owner, chatId, above, 7)).to.deep.include({ ...first, reset: true });
        const cursor = { seq: 7, change: 1 };
        const next = await chatOf(owner, chatId, cursor, 7);
        expect(next?.messages.map(({ seq }) => seq)).to.deep.equal([8, 9, 10, 11, 12, 13, 14]);
        expect(next).to.deep.include({ changed: [], changeUpto: 1, more: true });
        // Live messages have closed the gap meanwhile, one of them as it was sent.
        const closed = await chatOf(owner, chatId, { seq: 20, change: 1 }, 7);
        expect(closed?.changed.map(({ seq, body }) => [seq, body])).to.deep.equal([
          [20, 'late'],
          [5, 'last'],
        ]);
        expect(closed).to.include({ changeUpto: 3, more: false });
      });

      it('tells beside what is missing what changed of the rest, and so little twice', async () => {
        const { chatId, owner, sender, ...the } = await scene(60);
        // Of each five the first one once more after the others.
        for (let n = 1; n <= 60; n += 1) await only(the.edit(sender, `edit ${n}`, { seq: n % 5 === 0 ? n - 4 : n }));
        const cursor = { seq: 0, change: 0 };
        const told = new Map<number, number>();
        let count = 0;
        for (let more = true; more; ) {
          const chat = await chatOf(owner, chatId, cursor, 10);
          for (const { seq, rev } of [...(chat?.messages ?? []), ...(chat?.changed ?? [])]) {
            told.set(seq, Math.max(rev, told.get(seq) ?? 0));
            count += 1;
          }
          cursor.seq = chat?.messages.at(-1)?.seq ?? cursor.seq;
          cursor.change = chat?.changeUpto as number;
          more = chat?.more as boolean;
        }
        const all = await the.stored();
        expect([...told].sort(([one], [other]) => one - other)).to.deep.equal(all.map(({ seq, rev }) => [seq, rev]));
        expect(count).to.be.below(90);
      });

      it('comes to the present change where all is hidden, and nothing is to be told', async () => {
        const { chatId, owner, sender, ...the } = await scene(3);
        await only(the.edit(sender, 'first'));
        await world().ownState.hide(owner, chatId, { from: 1, to: 3 });
        for (const held of [
          { seq: 0, change: 0 },
          { seq: 3, change: 0 },
        ])
          expect(await chatOf(owner, chatId, held)).to.deep.include({
            ...{ messages: [], changed: [], changeUpto: 1, more: false },
          });
      });

      it('does not go beyond the change of a message that there was no room for', async () => {
        const { chatId, owner, sender, ...the } = await scene(1);
        const long = Array.from({ length: 90 }, (_, n) => ({
          ...message(chatId, sender, `l${n}`),
          body: '🦔'.repeat(4096),
        }));
        await world().messages.append(long);
        await apply(the.edit(sender, 'the last one', { seq: 91 }));
        const chat = await chatOf(owner, chatId, { seq: 1, change: 0 }, 200);
        expect(chat?.messages.length).to.be.within(50, 80);
        expect(chat).to.include({ changeUpto: 0, lastChange: 1, more: true });
        const rest = await chatOf(owner, chatId, { seq: 1 + (chat?.messages.length ?? 0), change: 0 }, 200);
        expect(rest?.messages.at(-1)).to.include({ seq: 91, rev: 1 });
        expect(rest).to.include({ changeUpto: 1, more: false });
      });

      it('loses no message that changes once more while it is told', async () => {
        const { chatId, owner, sender, ...the } = await scene(30);
        await apply(...Array.from({ length: 30 }, (_, n) => the.edit(sender, `edit ${n}`, { seq: n + 1 })));
        const { sql } = world();
        let between: Change | undefined;
        const busy = messageStore(
          withQuery(sql, async (name, text, values) => {
            const now = name === 'sync-retold' ? between : undefined;
            if (now) between = undefined;
            if (now) await only(now);
            return sql.query(name, text, values);
          }),
        );
        for (const seq of [5, 30]) {
          const held = new Map<number, string>();
          const cursor = { seq: 30, change: 0 };
          between = the.edit(sender, `once more ${seq}`, { seq });
          for (let more = true; more; ) {
            const { chats } = await busy.sync(owner, { [chatId]: cursor }, 200);
            const chat = chats.find(each => each.chatId === chatId);
            for (const each of chat?.changed ?? []) held.set(each.seq, each.body);
            cursor.change = chat?.changeUpto as number;
            // A client asks again for what it hears of as well.
            more = chat?.more === true || (await chatOf(owner, chatId, cursor))?.lastChange !== cursor.change;
          }
          expect(between, 'it came between').to.equal(undefined);
          const all = await world().messages.page(chatId, owner, { limit: 50 });
          expect([...held].sort(([one], [other]) => one - other)).to.deep.equal(
            all.map(({ seq, body }) => [seq, body]),
          );
        }
      });

      it('looks at so many at a time where most of what changed is hidden, and says how far it has come', async () => {
        const { sql, ownState } = world();
        const { chatId, owner, sender } = await scene(2);
        await sql.query('test-changed', CHANGED, [chatId, sender, 5_000]);
        await ownState.hide(owner, chatId, { from: 3, to: 5_000 });
        const reached: number[] = [];
        const seqs: number[] = [];
        for (let change = 0; change < 5_000; change = reached.at(-1) as number) {
          const chat = await chatOf(owner, chatId, { seq: 5_002, change });
          reached.push(chat?.changeUpto as number);
          seqs.push(...(chat?.changed.map(({ seq }) => seq) ?? []));
        }
        expect(reached).to.deep.equal([2_000, 4_000, 5_000]);
        expect(seqs).to.deep.equal([5_001, 5_002]);
      });
    });
  });
}
