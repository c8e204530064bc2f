/** Who is mentioned, and how many mentions each has not read: counted from rows, whatever happens to messages and members. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Entity } from '#functions/domain/entities.js';
import { EVERYBODY } from '#functions/domain/mentions.js';
import { message, minute, type World } from '../support/world.js';

const mention = (userId: string): Entity => ({ type: 'mention', offset: 0, length: 1, userId });
const saying = (body: string, ...userIds: string[]) => ({ body, entities: userIds.map(mention) });
/** As it is when the sender may say it. */
const ALL = { body: '@all', entities: [{ type: 'mention' as const, offset: 0, length: 4 }] };

/** What of entities, forwards and mentions is still there of a chat. */
const LEFT = `
select (select count(*) from mentions where chat_id = $1)
  + (select count(*) from messages where chat_id = $1 and (entities is not null or forward is not null)) as left`;

export function mentionsContract(world: () => World): void {
  describe('mentions', () => {
    const counts = (id: string, ...viewers: string[]) =>
      Promise.all(viewers.map(async viewer => (await world().chats.view(id, viewer))?.mentions));

    it('mean the present members of the chat who have the names, whatever their case', async () => {
      const { members, person, group } = world();
      const ann = await person('Ann_1');
      const [ben, gone, elsewhere] = await Promise.all(['ben_1', 'gone_1', 'els_1'].map(name => person(name)));
      const id = await group([ann, ben as string, gone as string]);
      const other = await group([elsewhere as string]);
      await members.remove(id, gone as string, minute(1), false);
      const names = ['ann_1', 'ben_1', 'gone_1', 'els_1', 'nobody_1', 'all'];
      const asked = [
        { chatId: id, senderId: ann, names },
        { chatId: id, senderId: ben as string, names },
        { chatId: other, senderId: ann, names },
        { chatId: id, senderId: ann, names: [] },
      ];
      const both = [
        ['ann_1', ann],
        ['ben_1', ben],
      ];
      expect((await members.mentionable(asked)).map(found => [...found].sort())).to.deep.equal([
        [['all', EVERYBODY], ...both],
        both,
        [['els_1', elsewhere]],
        [],
      ]);
      await members.setRole(id, ben as string, 'admin');
      const [found] = await members.mentionable([{ chatId: id, senderId: ben as string, names: ['all'] }]);
      expect(found?.get('all')).to.equal(EVERYBODY);
    });

    it('never mean somebody who is called as everybody is', async () => {
      const { members, person, group } = world();
      const all = await person('ALL');
      const id = await group([await person(), all]);
      expect(await members.mentionable([{ chatId: id, senderId: all, names: ['all'] }])).to.deep.equal([new Map()]);
    });

    it('are unread after the watermark of those whom they name, once a message, and to nobody else', async () => {
      const { members, messages, people, group } = world();
      const [a, b, c] = (await people(3)) as [string, string, string];
      const id = await group([a, b, c]);
      await messages.append([
        message(id, a, 'x', saying('b twice', b, b)),
        message(id, a, 'y', saying('b and c and a', b, c, a)),
        message(id, a, 'z', ALL),
        message(id, b, 'z', saying('a', a)),
        message(id, a),
      ]);
      expect(await counts(id, a, b, c)).to.deep.equal([1, 3, 2]);
      await members.markRead([{ chatId: id, userId: b, seq: 2 }]);
      expect(await counts(id, a, b, c)).to.deep.equal([1, 1, 2]);
      await members.markRead([a, b, c].map(userId => ({ chatId: id, userId, seq: 9 })));
      expect(await counts(id, a, b, c)).to.deep.equal([0, 0, 0]);
    });

    it('are counted once however often a message is sent', async () => {
      const { messages, people, group } = world();
      const [a, b] = (await people(2)) as [string, string];
      const id = await group([a, b]);
      const first = message(id, a, 'x', saying('b', b));
      const [stored] = await messages.append([first, { ...first, ...ALL }]);
      expect(stored).to.deep.include(saying('b', b));
      const [again] = await messages.append([{ ...first, ...ALL }]);
      expect(again).to.deep.equal(stored);
      expect(await counts(id, b)).to.deep.equal([1]);
    });

    it('count for nobody who is not in the chat, nor for who comes back, and tell no outsider', async () => {
      const { members, messages, people, group } = world();
      const [a, former, outsider] = (await people(3)) as [string, string, string];
      const id = await group([a, former]);
      await messages.append([message(id, a, 'x', saying('both', former, outsider))]);
      expect(await counts(id, former, outsider)).to.deep.equal([1, 0]);
      await members.remove(id, former, minute(1), false);
      await messages.append([message(id, a, 'y', saying('both', former, outsider)), message(id, a, 'z', ALL)]);
      expect(await counts(id, former, outsider)).to.deep.equal([0, 0]);
      await members.add(id, former, minute(2));
      await members.add(id, outsider, minute(2));
      expect(await counts(id, former, outsider)).to.deep.equal([0, 0]);
    });

    it('follow edits, and go with what is deleted', async () => {
      const { changes, messages, members, sql, people, group } = world();
      const [a, b, c] = (await people(3)) as [string, string, string];
      const id = await group([a, b, c]);
      await messages.append([message(id, a, 'x', saying('b', b)), message(id, a, 'y', ALL)]);
      const edit = async (said: { body: string; entities: Entity[] }, seq = 1) => {
        const [answer] = await changes.apply([
          { kind: 'edit', chatId: id, seq, userId: a, at: minute(2), clientId: randomUUID(), ...said },
        ]);
        return answer?.message;
      };
      expect(await edit(saying('b and c', b, c))).to.deep.include(saying('b and c', b, c));
      expect(await counts(id, a, b, c)).to.deep.equal([0, 2, 2]);
      expect(await edit(saying('b and c', c))).to.include({ rev: 2 });
      expect(await edit(saying('b and c', c))).to.include({ rev: 2 });
      expect(await counts(id, b, c)).to.deep.equal([1, 2]);
      expect(await edit({ body: 'nobody', entities: [] }, 2)).not.to.have.property('entities');
      expect(await counts(id, b, c)).to.deep.equal([0, 1]);
      await edit(ALL, 2);
      await members.remove(id, b, minute(3), false);
      await edit(saying('b again', b, c));
      expect(await counts(id, b, c)).to.deep.equal([0, 2]);
      const gone = [1, 2].map(seq => ({ kind: 'delete' as const, chatId: id, seq, userId: a, at: minute(4) }));
      for (const { message } of await changes.apply(gone)) expect(message).not.to.have.property('entities');
      expect(await counts(id, c)).to.deep.equal([0]);
      const rows = await sql.query<{ left: number }>('test-mentions-left', LEFT, [id]);
      expect(rows).to.deep.equal([{ left: 0 }]);
    });

    it('are not counted of what one hides from oneself', async () => {
      const { messages, ownState, people, group } = world();
      const [a, b] = (await people(2)) as [string, string];
      const id = await group([a, b]);
      const said = [saying('b', b), {}, ALL, saying('b', b), saying('b', b)];
      await messages.append(said.map((each, n) => message(id, a, `c${n}`, each)));
      await ownState.hide(b, id, { from: 3, to: 4 });
      expect(await counts(id, b)).to.deep.equal([2]);
      await ownState.hide(b, id, { from: 1, to: 1 });
      expect(await counts(id, b)).to.deep.equal([1]);
    });

    it('are listed with their chats as they are shown with one', async () => {
      const { chats, messages, people, group } = world();
      const [a, b] = (await people(2)) as [string, string];
      const ids = await Promise.all([1, 2].map(() => group([a, b])));
      await messages.append([
        message(ids[0] as string, a, 'x', saying('b', b)),
        message(ids[0] as string, a, 'y', ALL),
      ]);
      const listed = new Map((await chats.list(b, { limit: 9 })).map(({ chat }) => [chat.id, chat.mentions]));
      expect(ids.map(id => listed.get(id))).to.deep.equal([2, 0]);
      const readers = await chats.readersOf(ids[0] as string);
      expect(readers.map(({ userIds, mentions }) => [userIds, mentions])).to.have.deep.members([
        [[a], 0],
        [[b], 2],
      ]);
    });

    it('are what a model counts, whatever is said, read and left in whatever order', async () => {
      const { members, messages, people, group } = world();
      const crowd = await people(3);
      const said = fc.record({ by: fc.nat(2), whom: fc.subarray([0, 1, 2]), all: fc.boolean() });
      const act = fc.oneof(
        { weight: 4, arbitrary: fc.array(said, { minLength: 1, maxLength: 4 }).map(say => ({ say })) },
        { weight: 2, arbitrary: fc.record({ reader: fc.nat(2), upTo: fc.nat(12) }) },
        { weight: 1, arbitrary: fc.nat(2).map(back => ({ back })) },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 10 }), async acts => {
          const id = await group(crowd);
          const mentioned: { by: number; whom: readonly number[] }[] = [];
          const read = crowd.map(() => 0);
          for (const each of acts) {
            if ('say' in each) {
              await messages.append(
                each.say.map(({ by, whom, all }) => {
                  const said = all ? ALL : saying('them', ...whom.map(who => crowd[who] as string));
                  return message(id, crowd[by] as string, undefined, said);
                }),
              );
              for (const { by, whom, all } of each.say) {
                if (mentioned.push({ by, whom: all ? [0, 1, 2] : whom }) - 1 === read[by]) read[by] = mentioned.length;
              }
            } else if ('reader' in each) {
              const { reader, upTo } = each;
              await members.markRead([{ chatId: id, userId: crowd[reader] as string, seq: upTo }]);
              read[reader] = Math.max(read[reader] as number, Math.min(upTo, mentioned.length));
            } else {
              await members.remove(id, crowd[each.back] as string, minute(1), false);
              await members.add(id, crowd[each.back] as string, minute(2));
              read[each.back] = mentioned.length;
            }
          }
          const unread = read.map(
            (from, who) => mentioned.slice(from).filter(({ by, whom }) => by !== who && whom.includes(who)).length,
          );
          expect(await counts(id, ...crowd)).to.deep.equal(unread);
        }),
        { numRuns: 40 },
      );
    });
  });
}
