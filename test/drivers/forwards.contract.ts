/** Copies of messages of other chats: what they say, who may make them, and what they are when the message goes meanwhile. */
import { expect } from 'chai';
import type { Message } from '#functions/domain/model.js';
import { messageStore } from '#functions/stores/messages.js';
import type { Sql } from '#runtime/contract/ports.js';
import { eventually } from '../support/eventually.js';
import { message, minute, type World } from '../support/world.js';

/** The first message of a chat. */
const DELETE = `
update messages set deleted_at = now(), body = '', entities = null, rev = 1 where chat_id = $1 and seq = 1`;
/** Who waits for a lock in this database. */
const WAITING = `
select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

export function forwardsContract(world: () => World, otherPool: () => Sql): void {
  describe('forwards', () => {
    /** Two chats: `from` of all three, and `to` of the first two. */
    async function scene() {
      const { people, person, group, messages } = world();
      const ann = await person(undefined, 'Ann');
      const [ben, cem] = (await people(2)) as [string, string];
      const from = await group([ann, ben, cem]);
      const to = await group([ben, ann]);
      const entities = [
        { type: 'bold' as const, offset: 0, length: 4 },
        { type: 'mention' as const, offset: 5, length: 4, userId: ann },
      ];
      const [source] = (await messages.append([message(from, ann, 'source', { body: 'dear @ann', entities })])) as [
        Message,
      ];
      const forward = (chatId: string, senderId: string, seq = 1, source = from, clientId?: string) =>
        message(chatId, senderId, clientId, { body: '', forward: { chatId: source, seq } });
      return { ...world(), ann, ben, cem, from, to, source, entities, forward };
    }

    it('copy body and entities, tell who wrote it and when, and mention nobody', async () => {
      const { chats, messages, ann, ben, to, source, entities, forward } = await scene();
      const wanted = [message(to, ben, 'a'), forward(to, ben), message(to, ann, 'b')];
      const [before, copy, after] = (await messages.append(wanted)) as [Message, Message, Message];
      expect([before.seq, copy.seq, after.seq]).to.deep.equal([1, 2, 3]);
      expect(copy).to.deep.include({ chatId: to, senderId: ben, body: 'dear @ann', entities });
      expect(copy.forwardedFrom).to.deep.equal({ userId: ann, displayName: 'Ann', sentAt: source.sentAt });
      expect(await messages.page(to, ben, { limit: 9 })).to.deep.equal([before, copy, after]);
      expect((await chats.view(to, ann))?.mentions).to.equal(0);
    });

    it('keep the first author, and the name that they had', async () => {
      const { messages, users, ann, ben, to, from, forward } = await scene();
      const [copy] = (await messages.append([forward(to, ben)])) as [Message];
      await users.update(ann, { displayName: 'Anna' });
      const [second] = (await messages.append([forward(from, ann, copy.seq, to)])) as [Message];
      expect(second.forwardedFrom).to.deep.equal(copy.forwardedFrom);
      expect(second).to.include({ senderId: ann, chatId: from, seq: 2 });
    });

    it('go into their own chat as well', async () => {
      const { messages, cem, from, forward } = await scene();
      const [copy] = (await messages.append([forward(from, cem)])) as [Message];
      expect(copy).to.include({ chatId: from, seq: 2, body: 'dear @ann' });
    });

    it('are refused alone where the sender sees no such message, and where the chat keeps its own', async () => {
      const { chats, members, messages, people, group, ann, ben, cem, from, to, forward } = await scene();
      const [outsider] = (await people(1)) as [string];
      const outside = await group([outsider, cem]);
      await members.remove(from, cem, minute(2), true);
      const answers = await messages.append([
        forward(to, ben, 2),
        forward(outside, outsider),
        forward(outside, cem),
        forward(to, ben, 1, '00000000-0000-7000-8000-0000000000ff'),
        forward(to, ben),
      ]);
      expect(answers.slice(0, 4)).to.deep.equal(Array.from({ length: 4 }, () => ({ refused: 'no-source' })));
      expect(answers[4]).to.include({ seq: 1, body: 'dear @ann' });

      await chats.update(from, { noForwards: true });
      const later = await messages.append([message(to, ben), forward(to, ann)]);
      expect(later).to.deep.equal([{ ...later[0], seq: 2 }, { refused: 'no-forwards' }]);
      await chats.update(from, { noForwards: false });
      expect(await messages.append([forward(to, ann)])).to.have.nested.property('[0].seq', 3);
    });

    it('are refused of what was deleted, and of what the sender hides from themselves', async () => {
      const { sql, messages, ownState, ann, ben, from, to, forward } = await scene();
      await messages.append([message(from, ann)]);
      await ownState.hide(ben, from, { from: 2, to: 2 });
      expect(await messages.append([forward(to, ben, 2)])).to.deep.equal([{ refused: 'no-source' }]);
      expect(await messages.append([forward(to, ann, 2)])).to.have.nested.property('[0].seq', 1);
      await sql.query('test-delete', DELETE, [from]);
      expect(await messages.append([forward(to, ben)])).to.deep.equal([{ refused: 'source-deleted' }]);
    });

    it('wait for who deletes the message just now, and copy nothing of it', async () => {
      const { messages, ben, from, to, forward } = await scene();
      let copy: ReturnType<typeof messages.append> | undefined;
      await otherPool().transaction(async tx => {
        await tx.query('test-lock', 'select from chats where id = $1 for no key update', [from]);
        copy = messages.append([forward(to, ben)]);
        await eventually('the copy waits', async () => (await world().sql.query('test-waiting', WAITING)).length > 0);
        await tx.query('test-delete', DELETE, [from]);
      });
      expect(await copy).to.deep.equal([{ refused: 'source-deleted' }]);
      expect(await messages.page(to, ben, { limit: 9 })).to.deep.equal([]);
    });

    it('say what their first author said: nobody edits them, and who deletes them deletes that, too', async () => {
      const { changes, messages, ben, to, forward } = await scene();
      const [copy] = (await messages.append([forward(to, ben)])) as [Message];
      const at = { chatId: to, seq: copy.seq, userId: ben, at: minute(2) };
      const [edited] = await changes.apply([{ kind: 'edit', ...at, clientId: 'e', body: 'never said' }]);
      expect(edited?.refused?.code).to.equal('forbidden');
      const [deleted] = await changes.apply([{ kind: 'delete', ...at }]);
      expect(deleted?.change).to.equal(1);
      const [row] = await messages.page(to, ben, { limit: 1 });
      expect(row).to.include({ body: '' });
      expect(row).not.to.have.any.keys('forwardedFrom', 'entities');
    });

    it('are one message for one clientId, also when the message cannot be copied any more', async () => {
      const { chats, messages, ben, from, to, forward } = await scene();
      const [copy] = await messages.append([forward(to, ben, 1, from, 'once')]);
      await chats.update(from, { noForwards: true });
      expect(
        await messages.append([forward(to, ben, 1, from, 'once'), forward(to, ben, 9, from, 'once')]),
      ).to.deep.equal([copy, copy]);
      const [first] = await messages.append([message(to, ben, 'said')]);
      expect(await messages.append([forward(to, ben, 1, from, 'said')])).to.deep.equal([first]);
    });

    it('go both ways between two chats at once without waiting in a circle', async () => {
      const { messages, ann, ben, from, to, forward } = await scene();
      await messages.append([message(to, ben)]);
      const stores = [messages, messageStore(otherPool())];
      const rounds = Array.from({ length: 20 }, (_, n) =>
        (stores[n % 2] as typeof messages).append(
          n % 2 ? [forward(to, ann, 1, from), message(from, ann)] : [forward(from, ben, 1, to), message(to, ben)],
        ),
      );
      expect((await Promise.all(rounds)).flat().every(answer => 'seq' in answer)).to.equal(true);
      for (const id of [from, to]) {
        const history = await messages.page(id, ben, { limit: 100 });
        expect(history.map(({ seq }) => seq)).to.deep.equal(history.map((_, n) => n + 1));
        expect(history).to.have.length(21);
      }
    });
  });
}
