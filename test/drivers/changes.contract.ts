/** What the store of changes promises: numbers without holes, rights under the lock, each change once, and deletion that deletes. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { ANSWER_BYTES } from '#functions/domain/bytes.js';
import type { Change } from '#functions/domain/change.js';
import { byCodePoints } from '#functions/domain/emoji.js';
import type { Message } from '#functions/domain/model.js';
import { LIMITS } from '#functions/domain/names.js';
import { changeStore } from '#functions/stores/changes.js';
import type { Sql } from '#runtime/contract/ports.js';
import { message, minute, type World } from '../support/world.js';
import { changesScene } from './changes.scene.js';

const EMOJI = ['⛹🏻', '⛹️', '👍', '❤️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'];
/** More than a message may have kinds of. */
const MANY = Array.from({ length: LIMITS.kindsOfReactions + 1 }, (_, n) => String.fromCodePoint(0x1f600 + n));

export function changesContract(world: () => World, otherPool: () => Sql): void {
  describe('changes', () => {
    const { scene, apply, only } = changesScene(world);

    it('numbers what takes effect 1… in its chat, and says what the message is by then', async () => {
      const { chatId, owner, sender, stored, ...the } = await scene();
      expect(await only(the.edit(sender, 'better'))).to.equal(1);
      expect(await only(the.react(owner))).to.equal(2);
      expect(await only(the.pin(owner, true, 2))).to.equal(3);
      expect(await only(the.remove(sender, 2))).to.equal(4);
      const [first, second] = await stored();
      expect(first).to.deep.include({
        body: 'better',
        rev: 2,
        editedAt: minute(2),
        reactions: [{ emoji: '👍', count: 1 }],
      });
      expect(second).to.deep.equal({
        ...{ chatId, seq: 2, id: second?.id, clientId: 'c2', senderId: sender, sentAt: minute(1) },
        ...{ body: '', replyTo: null, rev: 4, reactions: [], deletedAt: minute(2), deletedBy: sender },
      });
    });

    it('lets several changes of one message in one batch share a number, each message the next one', async () => {
      const { owner, admin, sender, ...the } = await scene();
      const batch = [the.react(owner), the.react(admin, '👍', true, 2), the.react(sender), the.edit(sender, 'better')];
      expect(await apply(...batch)).to.deep.equal([1, 2, 1, 1]);
      const answers = await world().changes.apply(batch);
      expect(
        answers.map(({ change }) => change),
        'again',
      ).to.deep.equal([0, 0, 0, 0]);
      expect(answers.map(({ message }) => message?.rev)).to.deep.equal([1, 2, 1, 1]);
      const next = await world().changes.apply([the.pin(owner), the.edit(sender, 'best')]);
      expect(next.map(({ change, was }) => [change, was])).to.deep.equal([
        [3, 1],
        [3, 1],
      ]);
      expect(answers[0]?.message).to.deep.include({ body: 'better', reactions: [{ emoji: '👍', count: 2 }] });
    });

    it('takes no number for what is so already, and carries an edit out once under its name', async () => {
      const { sender, owner, stored, ...the } = await scene();
      const first = the.edit(sender, 'one', { clientId: 'e1' });
      expect(await apply(first, the.edit(sender, 'two'), first)).to.deep.equal([1, 1, 0]);
      expect(await only(first)).to.equal(0);
      expect(await only(the.edit(sender, 'two', { clientId: 'same' }))).to.equal(0);
      expect(await only(the.edit(sender, 'three'))).to.equal(2);
      expect(await only(the.edit(sender, 'two', { clientId: 'same' })), 'an edit that changed nothing').to.equal(0);
      expect(await apply(the.react(owner), the.react(owner), the.react(owner, '👍', false))).to.deep.equal([3, 0, 3]);
      expect(await apply(the.react(owner, '👍', false), the.pin(owner, false))).to.deep.equal([0, 0]);
      expect((await stored())[0]).to.deep.include({ body: 'three', rev: 3, reactions: [] });
    });

    it('decides who may what: senders edit, managers delete and pin, members react, nobody else learns anything', async () => {
      const { chatId, owner, admin, sender, ...the } = await scene();
      const [outsider = ''] = await world().people(1);
      expect(await apply(the.edit(owner, 'x'), the.edit(outsider, 'x'))).to.deep.equal(['forbidden', 'not_found']);
      expect(await apply(the.pin(sender), the.pin(admin))).to.deep.equal(['forbidden', 1]);
      expect(await apply(the.react(outsider), the.react(admin))).to.deep.equal(['not_found', 2]);
      await world().messages.append([message(chatId, owner, 'owners')]);
      expect(await apply(the.remove(sender, 3), the.remove(admin, 3))).to.deep.equal(['forbidden', 3]);
      await world().members.remove(chatId, sender, minute(3), false);
      expect(await apply(the.edit(sender, 'from outside'), the.remove(sender))).to.deep.equal([
        'not_found',
        'not_found',
      ]);
    });

    it('lets either of the two pin in a direct chat', async () => {
      const { chats, changes, messages, people } = world();
      const [a, b] = (await people(2)) as [string, string];
      const chatId = randomUUID();
      await chats.create({
        id: chatId,
        type: 'direct',
        title: null,
        ownerId: a,
        memberIds: [a, b],
        createdAt: minute(0),
      });
      await messages.append([message(chatId, a)]);
      const [pinned] = await changes.apply([{ kind: 'pin', chatId, seq: 1, userId: b, at: minute(2), on: true }]);
      expect(pinned).to.deep.include({ change: 1 });
      expect(pinned?.message?.pinnedAt).to.equal(minute(2));
    });

    it('refuses what is not there, what was said to be other, and names that were used for another message', async () => {
      const { chatId, owner, sender, ...the } = await scene();
      const place = { userId: sender, at: minute(2), kind: 'edit' as const, body: 'x', clientId: 'c' };
      expect(await apply({ ...place, chatId, seq: 3 }, { ...place, chatId: randomUUID(), seq: 1 })).to.deep.equal([
        ...['not_found', 'not_found'],
      ]);
      expect(
        await apply(the.edit(sender, 'a', { ifRev: 1 }), the.edit(sender, 'a', { ifRev: 0, clientId: 'e' })),
      ).to.deep.equal([...['conflict', 1]]);
      expect(await only(the.edit(sender, 'b', { ifRev: 0 }))).to.equal('conflict');
      expect(await only(the.edit(sender, 'b', { seq: 2, clientId: 'e' }))).to.equal('conflict');
      expect(await only(the.react(owner, 'no emoji'))).to.equal('invalid');
      expect(await only(the.remove(owner))).to.equal(2);
      const dead = [the.edit(sender, 'c'), the.react(owner), the.react(owner, '👍', false), the.pin(owner)];
      expect(await apply(...dead, the.remove(owner), the.remove(sender))).to.deep.equal([
        ...['conflict', 'conflict', 'conflict', 'conflict', 0, 0],
      ]);
    });

    it('lets senders change what they sent within the window, managers delete for ever', async () => {
      const { owner, sender, ...the } = await scene();
      const sql = world().sql;
      const late = changeStore(sql, { editWindowMs: 30_000 });
      const codes = async (...changes: Change[]) => (await late.apply(changes)).map(({ refused }) => refused?.code);
      expect(await codes(the.edit(sender, 'late'), the.remove(sender))).to.deep.equal(['forbidden', 'forbidden']);
      expect(await codes(the.remove(owner))).to.deep.equal([undefined]);
      const always = changeStore(sql, { editWindowMs: 0 });
      const ancient = { ...the.edit(sender, 'at last', { seq: 2 }), at: '2099-01-01T00:00:00.000Z' };
      expect((await always.apply([ancient]))[0]).to.include({ change: 2 });
    });

    it('bounds the reactions of a member and their kinds, and the pins of a chat', async () => {
      const { chatId, owner, sender, admin, ...the } = await scene(LIMITS.pins + 1);
      const some = MANY.slice(0, 4).map(emoji => the.react(owner, emoji));
      expect(await apply(...some, the.react(owner, MANY[0], false), some[3] as Change)).to.deep.equal([
        ...[1, 1, 1, 'conflict', 1, 1],
      ]);
      const crowd = await world().people(7);
      for (const userId of crowd) await world().members.add(chatId, userId, minute(1));
      const kinds = MANY.map((emoji, n) => the.react(crowd[Math.floor(n / 3)] as string, emoji, true, 2));
      expect(new Set(await apply(...kinds))).to.deep.equal(new Set([2, 'conflict']));
      expect(await only(the.react(admin, MANY[0], true, 2)), 'of a kind that there is').to.equal(3);
      const pins = await apply(...Array.from({ length: LIMITS.pins + 1 }, (_, n) => the.pin(owner, true, n + 1)));
      expect(pins.at(-1)).to.equal('conflict');
      expect(await apply(the.remove(sender, 1), the.pin(owner, true, LIMITS.pins + 1))).to.not.include('conflict');
    });

    it('deletes everything: what it said before, reactions, pin; a resend finds the tombstone and says nothing', async () => {
      const { chatId, owner, sender, stored, ...the } = await scene();
      const { sql, chats, messages } = world();
      await chats.update(chatId, { keepVersions: true });
      await apply(the.edit(sender, 'secret'), the.react(owner), the.pin(owner));
      await apply(the.edit(sender, 'more secret'), the.remove(sender));
      const rows = await sql.query(
        'test-left',
        `select chat_id from message_versions where chat_id = $1 union all select chat_id from reactions where chat_id = $1
         union all select chat_id from pins where chat_id = $1
         union all select chat_id from messages where chat_id = $1 and seq = 1 and (body <> '' or reactions is not null)`,
        [chatId],
      );
      expect(rows).to.deep.equal([]);
      const [tombstone] = await stored();
      expect(await messages.append([message(chatId, sender, 'c1', { body: 'said again' })])).to.deep.equal([tombstone]);
      expect(await world().changes.versions({ chatId, seq: 1 }, sender)).to.equal(undefined);
      expect(await world().changes.reactors({ chatId, seq: 1 }, sender, { limit: 9 })).to.deep.equal([]);
    });

    it('keeps what was said before where the chat wants that, and forgets it where it does not any more', async () => {
      const { chatId, sender, ...the } = await scene();
      const { chats, changes } = world();
      const said = async () => (await changes.versions({ chatId, seq: 1 }, sender))?.map(({ body }) => body);
      expect(await said()).to.equal(undefined);
      await only(the.edit(sender, 'unkept'));
      await chats.update(chatId, { keepVersions: true });
      expect(await said()).to.deep.equal(['unkept']);
      await only({ ...the.edit(sender, 'second'), at: minute(3) });
      await apply({ ...the.edit(sender, 'third'), at: minute(4) }, { ...the.edit(sender, 'fourth'), at: minute(5) });
      expect(await changes.versions({ chatId, seq: 1 }, sender)).to.deep.equal([
        { body: 'unkept', at: minute(2) },
        { body: 'second', at: minute(3) },
        { body: 'third', at: minute(4) },
        { body: 'fourth', at: minute(5) },
      ]);
      await chats.update(chatId, { keepVersions: false });
      await chats.update(chatId, { keepVersions: true });
      expect(await said()).to.deep.equal(['fourth']);
      expect(await changes.versions({ chatId, seq: 9 }, sender)).to.equal(undefined);
    });

    it('answers of what was said so many of the newest as there is room for', async () => {
      const { chatId, sender, ...the } = await scene();
      const { chats, changes } = world();
      await chats.update(chatId, { keepVersions: true });
      const long = Array.from({ length: 60 }, (_, n) => ({
        ...the.edit(sender, `${n}`.padEnd(4096, '\u0001')),
        at: minute(10 + n),
      }));
      await changes.apply(long);
      const versions = (await changes.versions({ chatId, seq: 1 }, sender)) ?? [];
      expect(versions.length).to.be.within(30, 50);
      expect(versions.at(-1)?.at).to.equal(minute(69));
      expect(Buffer.byteLength(JSON.stringify(versions))).to.be.below(1.01 * ANSWER_BYTES);
    });

    it('tells who reacted page by page, in one order, and one’s own reactions to oneself alone', async () => {
      const { chatId, owner, admin, sender, ...the } = await scene();
      await apply(...EMOJI.slice(0, 3).map(emoji => the.react(owner, emoji)), the.react(admin), the.react(sender, '❤️'));
      const { changes, messages } = world();
      const found = [];
      for (let after: { userId: string; emoji: string } | undefined; ; ) {
        const page = (await changes.reactors({ chatId, seq: 1 }, sender, { limit: 2, ...(after && { after }) })) ?? [];
        found.push(...page);
        if (page.length < 2) break;
        after = page[1];
      }
      expect(found).to.have.length(5);
      expect(await changes.reactors({ chatId, seq: 2 }, sender, { limit: 2 }), 'nobody').to.deep.equal([]);
      expect(await changes.reactors({ chatId, seq: 9 }, sender, { limit: 2 }), 'no message').to.equal(undefined);
      expect(found.map(({ userId }) => userId)).to.deep.equal(found.map(({ userId }) => userId).toSorted());
      const [seen] = await messages.page(chatId, owner, { after: 0, limit: 1 });
      expect(seen?.mine).to.deep.equal(EMOJI.slice(0, 3).toSorted(byCodePoints));
      expect(seen?.reactions.map(({ emoji }) => emoji)).to.deep.equal(EMOJI.slice(0, 4).toSorted(byCodePoints));
    });

    it('lists the pins, the newest first', async () => {
      const { chatId, owner, sender, ...the } = await scene(3);
      const { changes } = world();
      for (const [at, seq] of [2, 1, 3].entries()) await only({ ...the.pin(owner, true, seq), at: minute(10 + at) });
      await only(the.react(owner, '👍', true, 1));
      const pins = await changes.pins(chatId, owner);
      expect(pins.map(({ seq }) => seq)).to.deep.equal([3, 1, 2]);
      expect(pins[1]).to.deep.include({ mine: ['👍'], pinnedAt: minute(11) });
      await apply(the.pin(owner, false, 3), the.remove(sender, 1));
      expect((await changes.pins(chatId, owner)).map(({ seq }) => seq)).to.deep.equal([2]);
    });

    it('counts tombstones of others as read, wherever they are, in all views', async () => {
      const { chats, changes, members, messages, people, group } = world();
      const crowd = await people(3);
      const act = fc.oneof(
        { weight: 4, arbitrary: fc.array(fc.nat(2), { minLength: 1, maxLength: 6 }).map(write => ({ write })) },
        { weight: 4, arbitrary: fc.nat(20).map(gone => ({ gone })) },
        { weight: 2, arbitrary: fc.record({ reader: fc.nat(2), upTo: fc.nat(20) }) },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 10 }), async acts => {
          const id = await group(crowd);
          const [owner = ''] = crowd;
          for (const each of acts) {
            if ('write' in each) await messages.append(each.write.map(who => message(id, crowd[who] as string)));
            else if ('gone' in each) {
              await changes.apply([{ kind: 'delete', chatId: id, seq: each.gone + 1, userId: owner, at: minute(2) }]);
            } else await members.markRead([{ chatId: id, userId: crowd[each.reader] as string, seq: each.upTo }]);
          }
          const all = await messages.page(id, crowd[0] as string, { limit: 200 });
          const readers = await chats.readersOf(id);
          const counts = new Map(readers.flatMap(({ userIds, unread }) => userIds.map(userId => [userId, unread])));
          for (const userId of crowd) {
            const view = await chats.view(id, userId);
            const readSeq = view?.members?.find(member => member.userId === userId)?.readSeq ?? 0;
            const unread = all.filter(each => each.seq > readSeq && each.senderId !== userId && !each.deletedAt).length;
            const listed = (await chats.list(userId, { limit: 200 })).find(({ chat }) => chat.id === id);
            expect([view?.unread, listed?.chat.unread, counts.get(userId)]).to.deep.equal([unread, unread, unread]);
          }
        }),
        { numRuns: 30 },
      );
    });

    it('stays dense, and of one mind with its rows, when two writers hammer the same messages', async () => {
      const { sql, changes, messages, members, people, group } = world();
      const crowd = await people(6);
      const ids = await Promise.all([1, 2].map(() => group(crowd)));
      for (const id of ids) {
        await members.setRole(id, crowd[1] as string, 'admin');
        await messages.append(Array.from({ length: 12 }, (_, n) => message(id, crowd[n % 6] as string)));
      }
      const pick = <Item>(items: readonly Item[]) => items[Math.floor(Math.random() * items.length)] as Item;
      const chance = (share: number) => Math.random() < share;
      const random = (): Change => {
        const named = {
          chatId: pick(ids),
          seq: 1 + Math.floor(Math.random() * 12),
          userId: pick(crowd),
          at: minute(2),
        };
        if (chance(0.03)) return { kind: 'delete', ...named };
        if (chance(0.2)) return { kind: 'pin', ...named, on: chance(0.5) };
        if (chance(0.3)) return { kind: 'edit', ...named, clientId: randomUUID(), body: randomUUID() };
        return { kind: 'react', ...named, emoji: pick(EMOJI), on: chance(0.6) };
      };
      const numbers = new Map(ids.map((id): [string, Set<number>] => [id, new Set()]));
      const stores = [changes, changeStore(otherPool(), { editWindowMs: 0 })];
      const writer = async (store: typeof changes) => {
        for (let round = 0; round < 25; round += 1) {
          const batch = Array.from({ length: 1 + Math.floor(Math.random() * 12) }, random);
          const answers = await store.apply(batch);
          for (const [at, { change }] of answers.entries()) {
            if (change > 0) numbers.get((batch[at] as Change).chatId)?.add(change);
          }
        }
      };
      const sending = Promise.all(ids.map(id => messages.append([message(id, crowd[0] as string)])));
      await Promise.all([...[0, 1, 0, 1].map(n => writer(stores[n] as typeof changes)), sending]);

      for (const id of ids) {
        const given = [...(numbers.get(id) ?? [])].sort((one, other) => one - other);
        expect(given).to.deep.equal(given.map((_, n) => n + 1));
        const all = await messages.page(id, crowd[0] as string, { limit: 200 });
        const revs = all.map(({ rev }) => rev).filter(rev => rev > 0);
        expect(new Set(revs).size).to.equal(revs.length);
        expect(Math.max(...revs)).to.equal(given.length);
        for (const each of all) expect(each.reactions, `${each.seq}`).to.deep.equal(await countedOf(sql, each));
        const pinned = all.filter(({ pinnedAt }) => pinnedAt !== undefined).map(({ seq }) => seq);
        expect((await changes.pins(id, crowd[0] as string)).map(({ seq }) => seq).sort((a, b) => a - b)).to.deep.equal(
          pinned,
        );
      }
    });
  });
}

async function countedOf(sql: Sql, { chatId, seq }: Message) {
  const rows = await sql.query<{ emoji: string }>(
    'test-reactions',
    'select emoji from reactions where chat_id = $1 and seq = $2',
    [...[chatId, seq]],
  );
  const counts = new Map<string, number>();
  for (const { emoji } of rows) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  return [...counts]
    .map(([emoji, count]) => ({ emoji, count }))
    .sort((one, other) => byCodePoints(one.emoji, other.emoji));
}
