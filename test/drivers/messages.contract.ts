/** What the history promises: dense, ordered, idempotent, also with two writers that know nothing of each other. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { ANSWER_BYTES } from '#functions/domain/bytes.js';
import type { Message } from '#functions/domain/model.js';
import type { NewMessage } from '#functions/ports/messages.js';
import { messageStore } from '#functions/stores/messages.js';
import type { Sql } from '#runtime/contract/ports.js';
import { message, minute, type World } from '../support/world.js';

const keyOf = ({ chatId, senderId, clientId }: NewMessage | Message) => `${chatId} ${senderId} ${clientId}`;

const asStored = (item: NewMessage, seq: number): Message => ({ ...item, seq, rev: 0, reactions: [] });

/** The same promise in a few lines of memory. */
function model() {
  const stored = new Map<string, Message>();
  const lastSeqs = new Map<string, number>();
  return (batch: readonly NewMessage[], known: ReadonlySet<string>, chats: ReadonlySet<string>) =>
    batch.map(item => {
      if (!chats.has(item.chatId)) return { refused: 'no-chat' };
      if (!known.has(item.senderId)) return { refused: 'never-a-member' };
      const key = keyOf(item);
      const seq = (lastSeqs.get(item.chatId) ?? 0) + 1;
      if (!stored.has(key)) {
        stored.set(key, asStored(item, seq));
        lastSeqs.set(item.chatId, seq);
      }
      return stored.get(key);
    });
}

export function messagesContract(world: () => World, otherPool: () => Sql): void {
  describe('messages', () => {
    it('numbers from 1, in the order given, and keeps every byte', async () => {
      const { messages, people, group } = world();
      const [a, b] = (await people(2)) as [string, string];
      const id = await group([a, b]);
      const bodies = [
        '{"a",NULL}',
        'NULL',
        '\\',
        '"',
        '  ',
        "'; drop table messages;--",
        '𝄞 ж\r\n\t',
        '{}',
        'ё'.repeat(4096),
      ];
      const batch = bodies.map((body, n) =>
        message(id, n % 2 ? a : b, `c${n}`, { body, replyTo: n ? randomUUID() : null }),
      );
      const expected = batch.map((item, n) => asStored(item, n + 1));
      expect(await messages.append(batch)).to.deep.equal(expected);
      expect(await messages.page(id, a, { limit: 50 })).to.deep.equal(expected);
      expect(await messages.append([])).to.deep.equal([]);
    });

    it('answers a message that is there already with the first one, within a batch too', async () => {
      const { messages, people, group } = world();
      const [a, b] = (await people(2)) as [string, string];
      const id = await group([a, b]);
      const first = message(id, a, 'x');
      const [stored] = await messages.append([first]);
      const again = { ...first, id: randomUUID(), body: 'changed', sentAt: minute(9) };
      const twin = message(id, a, 'y');
      const answers = await messages.append([again, twin, { ...twin, body: 'changed' }, message(id, b, 'x')]);
      expect(answers[0]).to.deep.equal(stored);
      expect(answers[1]).to.deep.equal(asStored(twin, 2));
      expect(answers[2]).to.deep.equal(answers[1]);
      expect(answers[3]).to.include({ seq: 3, senderId: b });
    });

    it('refuses what can never be stored without harm to its neighbours, and takes what former members sent', async () => {
      const { members, messages, people, group } = world();
      const [a, former, outsider] = (await people(3)) as [string, string, string];
      const id = await group([a, former]);
      await members.remove(id, former, minute(1), false);
      const batch = [message(randomUUID(), a), message(id, outsider), message(id, former), message(id, a)];
      const answers = await messages.append(batch);
      expect(answers[0]).to.deep.equal({ refused: 'no-chat' });
      expect(answers[1]).to.deep.equal({ refused: 'never-a-member' });
      expect(answers.slice(2).map(answer => 'seq' in answer && answer.seq)).to.deep.equal([1, 2]);
    });

    it('moves the senders’ own watermarks over their own messages only, of those who are in the chat', async () => {
      const { sql, chats, members, messages, people, group } = world();
      const [a, b, former] = (await people(3)) as [string, string, string];
      const id = await group([a, b, former]);
      await members.remove(id, former, minute(1), false);
      // 1 and 2 are read as b writes them; 3 is not, when a writes 4, nor is it when b writes 6.
      await messages.append([b, b, a, a, former, b].map(sender => message(id, sender)));
      const view = await chats.view(id, a);
      const seqOf = (user: string) => view?.members?.find(({ userId }) => userId === user);
      expect(seqOf(a)).to.include({ readSeq: 0, deliveredSeq: 0 });
      expect(seqOf(b)).to.include({ readSeq: 2, deliveredSeq: 2 });
      const [row] = await sql.query<{ read_seq: number }>(
        'test-former',
        'select read_seq from members where chat_id = $1 and user_id = $2',
        [id, former],
      );
      expect(row?.read_seq).to.equal(0);
    });

    it('moves each watermark from seq - 1 to seq: received further than read, the one moves and the other does not', async () => {
      const { chats, members, messages, people, group } = world();
      const [a, b] = (await people(2)) as [string, string];
      const id = await group([a, b]);
      await messages.append([a, a, a].map(sender => message(id, sender)));
      await members.markDelivered([{ chatId: id, userId: b, seq: 3 }]);
      await messages.append([message(id, b)]);
      const view = await chats.view(id, b);
      expect(view?.members?.find(({ userId }) => userId === b)).to.include({ readSeq: 0, deliveredSeq: 4 });
      expect(view?.unread).to.equal(3);
    });

    it('counts as unread what others wrote above the watermark, whatever is written, read and left in whatever order', async () => {
      const { chats, members, messages, people, group } = world();
      const crowd = await people(3);
      const act = fc.oneof(
        { weight: 5, arbitrary: fc.array(fc.nat(2), { minLength: 1, maxLength: 7 }).map(write => ({ write })) },
        { weight: 3, arbitrary: fc.record({ reader: fc.nat(2), upTo: fc.nat(30) }) },
        { weight: 1, arbitrary: fc.nat(2).map(back => ({ back })) },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async acts => {
          const id = await group(crowd);
          const senders: number[] = [];
          const read = crowd.map(() => 0);
          for (const each of acts) {
            if ('write' in each) {
              await messages.append(each.write.map(who => message(id, crowd[who] as string)));
              for (const who of each.write) if (senders.push(who) - 1 === read[who]) read[who] = senders.length;
            } else if ('reader' in each) {
              const { reader, upTo } = each;
              await members.markRead([{ chatId: id, userId: crowd[reader] as string, seq: upTo }]);
              read[reader] = Math.max(read[reader] as number, Math.min(upTo, senders.length));
            } else {
              await members.remove(id, crowd[each.back] as string, minute(1), false);
              await members.add(id, crowd[each.back] as string, minute(2));
              read[each.back] = senders.length;
            }
          }
          const unread = read.map((from, who) => senders.slice(from).filter(sender => sender !== who).length);
          const views = await Promise.all(crowd.map(userId => chats.view(id, userId)));
          expect(views.map(view => view?.unread)).to.deep.equal(unread);
          const marks = new Map(views[0]?.members?.map(({ userId, readSeq }) => [userId, readSeq]));
          expect(crowd.map(userId => marks.get(userId))).to.deep.equal(read);
          const counts = new Map(
            (await chats.readersOf(id)).flatMap(({ userIds, unread }) => userIds.map(id => [id, unread])),
          );
          expect(crowd.map(userId => counts.get(userId))).to.deep.equal(unread);
          const listed = await Promise.all(crowd.map(userId => chats.list(userId, { limit: 200 })));
          const here = listed.map(found => found.find(({ chat }) => chat.id === id)?.chat.unread);
          expect(here).to.deep.equal(unread);
        }),
        { numRuns: 40 },
      );
    });

    it('behaves like the model for any batches', async () => {
      const { messages, people, group } = world();
      const senders = await people(3);
      const outsider = randomUUID();
      const item = fc.record({ chat: fc.nat(2), sender: fc.nat(3), client: fc.nat(4) });
      const batches = fc.array(fc.array(item, { maxLength: 12 }), { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(batches, async runs => {
          const chats = [await group(senders), await group(senders), randomUUID()];
          const expectedOf = model();
          for (const run of runs) {
            const batch = run.map(({ chat, sender, client }) =>
              message(chats[chat] as string, [...senders, outsider][sender] as string, `c${client}`),
            );
            const expected = expectedOf(batch, new Set(senders), new Set(chats.slice(0, 2)));
            expect(await messages.append(batch)).to.deep.equal(expected);
          }
        }),
        { numRuns: 40 },
      );
    });

    it('stays dense and idempotent when two writers hammer the same chats with the same messages', async () => {
      const { messages, chats, people, group } = world();
      const senders = await people(3);
      const ids = await Promise.all([1, 2, 3].map(() => group(senders)));
      const pick = <Item>(items: readonly Item[]) => items[Math.floor(Math.random() * items.length)] as Item;
      const answers = new Map<string, Message>();
      let outrun = 0;
      const writer = async (store: typeof messages) => {
        for (let round = 0; round < 25; round += 1) {
          const size = 1 + Math.floor(Math.random() * 8);
          const batch = Array.from({ length: size }, () =>
            message(pick(ids), pick(senders), `c${Math.floor(round * 3 + Math.random() * 12)}`),
          );
          const stored = await store.append(batch);
          for (const [n, answer] of stored.entries()) {
            if ('refused' in answer) throw new Error(`refused: ${answer.refused}`);
            const key = keyOf(batch[n] as NewMessage);
            expect(keyOf(answer)).to.equal(key);
            expect(answers.get(key) ?? answer).to.deep.equal(answer);
            answers.set(key, answer);
          }
        }
      };
      const other = otherPool();
      const watched = messageStore({
        ...other,
        // Taken by who found that another writer had gone on with a chat.
        transaction(work) {
          outrun += 1;
          return other.transaction(work);
        },
      });
      const stores = [messages, watched];
      await Promise.all([0, 1, 0, 1, 0, 1].map(n => writer(stores[n] as typeof messages)));

      for (const id of ids) {
        const history = await messages.page(id, senders[0] as string, { limit: 10_000 });
        expect(history.map(({ seq }) => seq)).to.deep.equal(history.map((_, n) => n + 1));
        expect(new Set(history.map(keyOf)).size).to.equal(history.length);
        for (const sender of senders) {
          const { lastSeq, unread, members = [] } = (await chats.view(id, sender)) ?? {};
          const readSeq = members.find(({ userId }) => userId === sender)?.readSeq ?? 0;
          expect(lastSeq).to.equal(history.length);
          expect(unread).to.equal(history.slice(readSeq).filter(({ senderId }) => senderId !== sender).length);
        }
        for (const row of history) expect(answers.get(keyOf(row))).to.deep.equal(row);
      }
      expect(outrun, 'the writers never met: the test shows nothing').to.be.greaterThan(0);
    });

    it('gives a message sent after another’s acknowledgement the higher seq, whatever its clock says', async () => {
      const { messages, people, group } = world();
      const [a, b] = (await people(2)) as [string, string];
      const id = await group([a, b]);
      await messages.append([message(id, a, 'x', { sentAt: minute(50) })]);
      await messageStore(otherPool()).append([message(id, b, 'y', { sentAt: minute(1) })]);
      expect((await messages.page(id, a, { limit: 2 })).map(({ clientId }) => clientId)).to.deep.equal(['x', 'y']);
    });

    it('pages through a history both ways', async () => {
      const { messages, people, group } = world();
      const [a] = (await people(1)) as [string];
      const id = await group([a]);
      await messages.append(Array.from({ length: 10 }, () => message(id, a)));
      const seqs = async (range: Parameters<typeof messages.page>[2]) =>
        (await messages.page(id, a, range)).map(({ seq }) => seq);
      expect(await seqs({ limit: 3 })).to.deep.equal([8, 9, 10]);
      expect(await seqs({ limit: 3, before: 8 })).to.deep.equal([5, 6, 7]);
      expect(await seqs({ limit: 3, before: 2 })).to.deep.equal([1]);
      expect(await seqs({ limit: 3, after: 0 })).to.deep.equal([1, 2, 3]);
      expect(await seqs({ limit: 3, after: 9 })).to.deep.equal([10]);
      expect(await seqs({ limit: 3, after: 4, before: 7 })).to.deep.equal([5, 6]);
      expect(await seqs({ limit: 3, after: Number.MAX_SAFE_INTEGER })).to.deep.equal([]);
    });

    it('answers a page of so many bytes at most, nearest to where it was asked from, and never nothing', async () => {
      const { messages, people, group } = world();
      const [a] = (await people(1)) as [string];
      const id = await group([a]);
      await messages.append(
        Array.from({ length: 120 }, (_, n) => message(id, a, `c${n}`, { body: '\u0001'.repeat(4096) })),
      );
      const bytes = (page: readonly Message[]) => Buffer.byteLength(JSON.stringify(page));
      const forwards = await messages.page(id, a, { after: 0, limit: 200 });
      expect(forwards.map(({ seq }) => seq)).to.deep.equal(forwards.map((_, n) => n + 1));
      const newest = await messages.page(id, a, { limit: 200 });
      expect(newest.at(-1)?.seq).to.equal(120);
      const before = await messages.page(id, a, { before: newest[0]?.seq as number, limit: 200 });
      expect(before.at(-1)?.seq).to.equal((newest[0]?.seq as number) - 1);
      for (const page of [forwards, newest, before]) {
        expect(page.length).to.be.within(30, 45);
        expect(bytes(page)).to.be.below(1.01 * ANSWER_BYTES);
      }
    });
  });
}
