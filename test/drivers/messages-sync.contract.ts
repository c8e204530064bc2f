/** What `sync` promises of messages: what comes after each cursor, bounded, and the same for many who ask at once. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { ANSWER_BYTES } from '#functions/domain/bytes.js';
import { LIMITS } from '#functions/domain/names.js';
import { messageStore } from '#functions/stores/messages.js';
import { withQuery } from '../support/replaced-sql.js';
import { message, minute, type World } from '../support/world.js';

/** One each hour, back from now. */
const MANY_CHATS = `
with made as (
  insert into chats (id, type, created_at, active_at, member_count)
  select gen_random_uuid(), 'group', now(), now() - n * interval '1 hour', 1 from generate_series(1, $2) n returning id
)
insert into members (chat_id, user_id, role, joined_at) select id, $1, 'owner', now() from made`;
const QUIETEST = `
select c.id from chats c join members m on m.chat_id = c.id where m.user_id = $1 order by c.active_at limit 3`;

export function messagesSyncContract(world: () => World): void {
  describe('messages', () => {
    describe('sync', () => {
      it('gives what comes after each cursor, and chats that were not named from the start', async () => {
        const { members, messages, people, group } = world();
        const [me, other] = (await people(2)) as [string, string];
        const [named, unnamed, left, foreign] = await Promise.all(
          [[me, other], [me, other], [me, other], [other]].map(ids => group(ids)),
        );
        const all = [named, unnamed, left, foreign] as string[];
        await messages.append(all.flatMap(id => [1, 2, 3].map(() => message(id, other))));
        await members.remove(left as string, me, minute(1), false);
        await members.markRead([{ chatId: named as string, userId: me, seq: 2 }]);
        const strange = ['__proto__', 'not an id', '', (named as string).toUpperCase(), randomUUID()];
        const cursors = Object.fromEntries([[named, 1], [left, 0], [foreign, 0], ...strange.map(id => [id, 0])]);
        const answer = await messages.sync(me, cursors, 50);
        const chatOf = (id?: string) => answer.chats.find(({ chatId }) => chatId === id);
        expect(answer.chats).to.have.length(2);
        expect(chatOf(named)?.messages.map(({ seq }) => seq)).to.deep.equal([2, 3]);
        expect(chatOf(named)).to.deep.include({ lastSeq: 3, more: false, readSeqs: { [me]: 2, [other]: 3 } });
        expect(chatOf(unnamed)?.messages).to.deep.equal(await messages.page(unnamed as string, me, { limit: 9 }));
        expect(answer.unknown).to.have.members([left, foreign, ...strange]);
      });

      it('says nothing of a chat to who is put out of it while they are answered', async () => {
        const { sql, members, messages, people, group } = world();
        const [me, other] = (await people(2)) as [string, string];
        for (const [statement, held] of [
          ['sync-messages', 0],
          ['sync-read-seqs', 1],
        ] as const) {
          const chatId = await group([other, me]);
          await messages.append([message(chatId, other)]);
          const busy = messageStore(
            withQuery(sql, async (name, text, values) => {
              if (name === statement) {
                await members.remove(chatId, me, minute(1), false);
                await messages.append([message(chatId, other)]);
              }
              return sql.query(name, text, values);
            }),
          );
          const { chats, unknown } = await busy.sync(me, { [chatId]: held }, 50);
          expect(chats.map(chat => chat.chatId)).not.to.include(chatId);
          expect(unknown).to.deep.equal([chatId]);
        }
      });

      it('answers many who ask at once as if each had come alone', async () => {
        const { chats, messages, people, group } = world();
        const crowd = await people(12);
        const memberships = crowd.map((_, at) => [0, 1, 5].map(next => crowd[(at + next) % crowd.length] as string));
        const ids = await Promise.all(memberships.map(members => group(members)));
        await messages.append(ids.flatMap((id, at) => [1, 2, 3, 4].map(() => message(id, crowd[at] as string))));
        const asks = crowd.map((userId, at) => {
          const cursors = Object.fromEntries(ids.slice(at % 5, 8).map((id, place) => [id, (at + place) % 5]));
          return () => messages.sync(userId, cursors, 1 + (at % 3));
        });
        const alone = [];
        for (const ask of asks) alone.push(await ask());
        expect(await Promise.all(asks.map(ask => ask()))).to.deep.equal(alone);
        expect(alone.map(({ chats }) => chats.length)).to.deep.equal(crowd.map(() => 3));
        const known = await Promise.all(crowd.map(userId => chats.idsOf(userId)));
        expect(known.map(own => own.toSorted())).to.deep.equal(
          alone.map(({ chats }) => chats.map(({ chatId }) => chatId).toSorted()),
        );
      });

      it('says where there is more, and where a cursor is ahead it begins at the start and says so', async () => {
        const { messages, people, group } = world();
        const [me] = (await people(1)) as [string];
        const [a, b] = (await Promise.all([group([me]), group([me])])) as [string, string];
        await messages.append([a, a, a, b].map(id => message(id, me)));
        const answer = await messages.sync(me, { [a]: 1, [b]: 2 }, 1);
        const chatOf = (id: string) => answer.chats.find(({ chatId }) => chatId === id);
        expect(chatOf(a)?.messages.map(({ seq }) => seq)).to.deep.equal([2]);
        expect(chatOf(a)).to.include({ lastSeq: 3, more: true });
        expect(chatOf(a)).not.to.have.property('reset');
        expect(chatOf(b)).to.include({ lastSeq: 1, more: false, reset: true });
        expect(chatOf(b)?.messages.map(({ seq }) => seq)).to.deep.equal([1]);
        expect((await messages.sync(me, { [b]: 1 }, 1)).chats.find(({ chatId }) => chatId === b)).not.to.have.property(
          'reset',
        );
        const c = await group([me]);
        const [empty] = (await messages.sync(me, { [c]: Number.MAX_SAFE_INTEGER }, 1)).chats.filter(
          ({ chatId }) => chatId === c,
        );
        expect(empty).to.deep.include({ messages: [], lastSeq: 0, more: false, reset: true });
      });

      it('answers no more than its budget over all chats, the newest activity first, and ends in the whole', async () => {
        const { messages, people, group } = world();
        const [me] = (await people(1)) as [string];
        const ids = await Promise.all([1, 2, 3].map(() => group([me])));
        for (const [n, id] of ids.entries()) {
          await messages.append(
            Array.from({ length: 450 }, () => message(id, me, randomUUID(), { sentAt: minute(n + 1) })),
          );
        }
        const held: Record<string, number> = {};
        const first = await messages.sync(me, held, 500);
        expect(first.chats.map(({ chatId }) => chatId)).to.deep.equal(ids.toReversed());
        expect(first.chats.map(chat => chat.messages.length)).to.deep.equal([450, 450, LIMITS.syncMessages - 900]);
        expect(first.chats.map(({ more }) => more)).to.deep.equal([false, false, true]);
        for (const chat of first.chats) held[chat.chatId] = chat.messages.at(-1)?.seq ?? 0;
        const second = await messages.sync(me, held, 500);
        expect(second.chats.map(chat => chat.messages.length)).to.deep.equal([0, 0, 350]);
        expect(second.chats.every(({ more }) => !more)).to.equal(true);
      });

      it('answers so many bytes at most, goes on from there, and ends in the whole', async () => {
        const { messages, people, group } = world();
        const [me] = (await people(1)) as [string];
        const ids = await Promise.all([1, 2].map(() => group([me])));
        // One byte each to the database, six in JSON; and four to both.
        const bodies = ['\u0001'.repeat(4096), '𝄞'.repeat(4096)];
        for (const id of ids) {
          await messages.append(
            Array.from({ length: 90 }, (_, n) => message(id, me, `c${n}`, { body: bodies[n % 2] as string })),
          );
        }
        const held: Record<string, number> = {};
        const sizes: number[] = [];
        for (let more = true; more; ) {
          const answer = await messages.sync(me, held, 200);
          sizes.push(Buffer.byteLength(JSON.stringify(answer)));
          for (const { chatId, messages: some } of answer.chats) {
            expect(some.map(({ seq }) => seq)).to.deep.equal(some.map((_, n) => (held[chatId] ?? 0) + n + 1));
            held[chatId] = (held[chatId] ?? 0) + some.length;
          }
          more = answer.chats.some(chat => chat.more);
        }
        expect(held).to.deep.equal(Object.fromEntries(ids.map(id => [id, 90])));
        expect(Math.max(...sizes)).to.be.below(1.1 * ANSWER_BYTES);
        expect(sizes).to.have.length(4);
      });

      it('has room for the chats that are named before the others, so that whoever follows one gets on in it', async () => {
        const { messages, people, group } = world();
        const [me] = (await people(1)) as [string];
        const [followed, loud] = (await Promise.all([group([me]), group([me])])) as [string, string];
        await messages.append([1, 2, 3].map(() => message(followed, me)));
        const body = '\u0001'.repeat(4096);
        await messages.append(
          Array.from({ length: 60 }, (_, n) => message(loud, me, `c${n}`, { body, sentAt: minute(9) })),
        );
        const { chats } = await messages.sync(me, { [followed]: 1 }, 200);
        const chatOf = (id: string) => chats.find(({ chatId }) => chatId === id);
        expect(chatOf(followed)?.messages.map(({ seq }) => seq)).to.deep.equal([2, 3]);
        expect(chatOf(followed)?.more).to.equal(false);
        expect(chatOf(loud)?.more).to.equal(true);
      });

      it('tells how far all members have read of so many in all, and of other chats how far the user has', async () => {
        const { sql, messages, people, group } = world();
        const [me, other] = (await people(2)) as [string, string];
        const ids = await Promise.all([1, 2, 3].map(n => group([me, other], minute(n))));
        await sql.query('test-large', 'update chats set member_count = $2 where id = any ($1::uuid[])', [
          ids,
          LIMITS.syncReadSeqs / 2,
        ]);
        const { chats } = await messages.sync(me, {}, 50);
        expect(chats.map(({ readSeqs }) => Object.keys(readSeqs).length)).to.deep.equal([2, 2, 1]);
        expect(chats[2]?.readSeqs).to.deep.equal({ [me]: 0 });
      });

      it('lists so many chats at most, those in which something is missing first, and says if some are left out', async () => {
        const { sql, messages, person } = world();
        const me = await person();
        await sql.query('test-many', MANY_CHATS, [me, LIMITS.syncChats + 3]);
        const first = await messages.sync(me, {}, 1);
        expect(first.chats).to.have.length(LIMITS.syncChats);
        expect(first).to.not.have.property('more');
        const quiet = await sql.query<{ id: string }>('test-quiet', QUIETEST, [me]);
        const named = Object.fromEntries(quiet.map(({ id }) => [id, 0]));
        expect((await messages.sync(me, named, 1)).unknown).to.deep.equal([]);
        await messages.append(quiet.slice(0, 1).map(({ id }) => message(id, me, 'x', { sentAt: minute(-9_999) })));
        expect((await messages.sync(me, {}, 1)).chats.flatMap(chat => chat.messages)).to.have.length(1);
        await sql.query(
          'test-behind',
          'update chats set last_seq = 1 where id in (select chat_id from members where user_id = $1)',
          [me],
        );
        expect((await messages.sync(me, {}, 1)).more).to.equal(true);
      });
    });
  });
}
