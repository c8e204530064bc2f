/** What messages and drafts name: who may name it, that it stays as long as anything does, and is gone with its last name. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Alteration } from '#functions/domain/change.js';
import type { Message } from '#functions/domain/model.js';
import { changeStore } from '#functions/stores/changes.js';
import { messageStore } from '#functions/stores/messages.js';
import type { Sql } from '#runtime/contract/ports.js';
import { eventually } from '../support/eventually.js';
import { failureOf } from '../support/failure.js';
import { message, minute, type World } from '../support/world.js';

const ADD = `
insert into media (id, owner_id, kind, state, filename, type, size, waveform, thumbhash, created_at)
values ($1, $2, 'voice', $3, 'a b.ogg', 'audio/ogg', 7, $4, $4, now())`;
const LOOKED_AT = `update media set state = $2, width = 4, height = 3, thumb_sha256 = '\\x00' where id = $1`;
/** Who waits for a lock in this database. */
const WAITING = `
select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

export function namedMediaContract(world: () => World, otherPool: () => Sql): void {
  describe('media that are named', () => {
    async function scene() {
      const { sql, people, group } = world();
      const [ann, ben] = (await people(2)) as [string, string];
      const [chat, other] = await Promise.all([group([ann, ben]), group([ben, ann])]);
      async function upload(owner = ann, state = 'uploaded'): Promise<string> {
        const id = randomUUID();
        await sql.query('test-add-media', ADD, [id, owner, state, Buffer.from(Array(60).fill(31))]);
        return id;
      }
      async function stateOf(id: string): Promise<string | undefined> {
        const [row] = await sql.query<{ state: string }>('test-media-state', 'select state from media where id = $1', [
          id,
        ]);
        return row?.state;
      }
      const place = { chatId: chat, seq: 1, userId: ann, at: minute(2) };
      const edit = (body: string, media?: readonly string[], clientId: string = randomUUID()): Alteration => ({
        ...{ kind: 'edit', ...place, clientId, body, ...(media && { media: [...media] }) },
      });
      const remove = (chatId = chat): Alteration => ({ kind: 'delete', ...place, chatId });
      const describe = (...media: string[]): Alteration => ({
        kind: 'describe',
        chatId: chat,
        seq: 1,
        at: minute(3),
        media,
      });
      const naming = (mediaIds: string[], body = '', clientId?: string, senderId = ann) =>
        message(chat, senderId, clientId, { body, mediaIds });
      return { ...world(), ann, ben, chat, other, upload, stateOf, edit, remove, describe, naming };
    }

    it('are told with their message, wherever it is read, and cost nothing where there are none', async () => {
      const { messages, chats, ann, ben, chat, upload, naming } = await scene();
      const [one, two] = [await upload(), await upload(ann, 'ready')];
      const [stored, text] = (await messages.append([naming([two, one], 'look'), message(chat, ann)])) as [
        Message,
        Message,
      ];
      const told = { kind: 'voice', type: 'audio/ogg', size: 7, filename: 'a b.ogg' };
      const bytes = Buffer.from(Array(60).fill(31)).toString('base64');
      expect(stored.media).to.deep.equal([two, one].map(id => ({ id, ...told, waveform: bytes, thumbhash: bytes })));
      expect(text).not.to.have.property('media');
      expect(await messages.page(chat, ben, { limit: 9 })).to.deep.equal([stored, text]);
      expect((await messages.sync(ben, {}, 9)).chats.find(({ chatId }) => chatId === chat)?.messages).to.deep.equal([
        stored,
        text,
      ]);
      expect((await messages.append([naming([one], 'more')]))[0]).to.have.nested.property('media[0].id', one);
      expect((await chats.view(chat, ben))?.lastMessage).to.have.nested.property('media[0].id', one);
    });

    it('are the sender’s own and whole, or the message is refused, alone, and names the one at fault', async () => {
      const { messages, ann, ben, upload, naming } = await scene();
      const good = await upload();
      const refused = await Promise.all([upload(ben), upload(ann, 'gone'), upload(ann, 'refused'), randomUUID()]);
      const unfinished = await upload(ann, 'uploading');
      const theirs = await upload(ben, 'uploading');
      const answers = await messages.append([
        ...refused.map(id => naming([good, id])),
        naming([unfinished]),
        naming([theirs]),
        naming([good]),
      ]);
      expect(answers.slice(0, 4)).to.deep.equal(refused.map(() => ({ refused: 'no-media', at: 1 })));
      expect(answers.slice(4, 6)).to.deep.equal([
        { refused: 'media-unfinished', at: 0 },
        { refused: 'no-media', at: 0 },
      ]);
      expect(answers[6]).to.include({ seq: 1, body: '' });
    });

    it('are what they were where the message comes again, whatever has become of them', async () => {
      const { messages, changes, upload, stateOf, naming, remove } = await scene();
      const id = await upload();
      const [stored] = await messages.append([naming([id], '', 'once')]);
      expect(await messages.append([naming([id], '', 'once')])).to.deep.equal([stored]);
      await changes.apply([remove()]);
      expect(await stateOf(id)).to.equal('gone');
      const [again] = await messages.append([naming([id], '', 'once')]);
      expect(again).to.include({ seq: 1, body: '', rev: 1 });
      expect(again).not.to.have.property('media');
    });

    it('are gone with the last message that names them, copies among these, and of no draft', async () => {
      const { sql, messages, changes, ownState, ann, ben, chat, other, upload, stateOf, naming, remove } =
        await scene();
      const [once, twice, drafted] = [await upload(), await upload(), await upload()];
      const draft = { body: '', media: [drafted], at: minute(1) };
      expect((await ownState.update(ann, other, { draft }, minute(1)))?.draft).to.deep.equal(draft);
      await messages.append([naming([once, drafted]), naming([twice])]);
      const forward = message(other, ben, undefined, { body: '', forward: { chatId: chat, seq: 2 } });
      const [copy] = (await messages.append([forward])) as [Message];
      expect(copy.media?.map(({ id }) => id)).to.deep.equal([twice]);

      const answers = await changes.apply([remove(), { ...remove(), seq: 2 }]);
      expect(answers.map(({ message }) => message?.media)).to.deep.equal([undefined, undefined]);
      expect(await Promise.all([once, twice, drafted].map(stateOf))).to.deep.equal(['gone', 'uploaded', 'uploaded']);
      await changes.apply([remove(other)]);
      expect(await stateOf(twice), 'the copy is ben’s').to.equal('uploaded');
      await changes.apply([{ kind: 'delete', chatId: other, seq: 1, userId: ben, at: minute(2) }]);
      expect(await stateOf(twice)).to.equal('gone');
      const left = await sql.query('test-named', 'select from message_media where media_id = any ($1::uuid[])', [
        [once, twice],
      ]);
      expect(left).to.have.length(0);
    });

    it('change with an edit: what is named no more is gone, what is not said stays, and a text may go', async () => {
      const { changes, messages, ann, chat, upload, stateOf, naming, edit } = await scene();
      const [one, two, three] = [await upload(), await upload(), await upload()];
      await messages.append([naming([one, two], 'look')]);
      const idsAfter = async (...alterations: Alteration[]) => {
        await changes.apply(alterations);
        const [stored] = (await messages.page(chat, ann, { limit: 1 })) ?? [];
        return [stored?.body, ...(stored?.media ?? []).map(({ id }) => id)];
      };
      expect(await idsAfter(edit(''))).to.deep.equal(['', one, two]);
      expect(await idsAfter(edit('see', [three, one]))).to.deep.equal(['see', three, one]);
      expect(await Promise.all([one, two, three].map(stateOf))).to.deep.equal(['uploaded', 'gone', 'uploaded']);
      expect(await idsAfter(edit('a', []), edit('b', [one]))).to.deep.equal(['b', one]);
      expect(await Promise.all([one, three].map(stateOf))).to.deep.equal(['uploaded', 'gone']);
    });

    it('are refused in edits as in messages, by their place, and so is a message that says nothing', async () => {
      const { changes, messages, ben, upload, naming, edit } = await scene();
      const id = await upload();
      await messages.append([naming([id])]);
      const refused = async (change: Alteration) => {
        const [answer] = await changes.apply([change]);
        return answer?.refused && [answer.refused.code, answer.refused.path];
      };
      expect(await refused(edit('a', [id, await upload(ben)]))).to.deep.equal(['invalid', '/media/1']);
      expect(await refused(edit('a', [await upload(undefined, 'uploading')]))).to.deep.equal(['conflict', '/media/0']);
      expect(await refused(edit('', []))).to.deep.equal(['invalid', '/body']);
      expect(await refused(edit('', [id])), 'nothing changes').to.equal(undefined);
    });

    it('are described as they are by then, without an edit’s marks, once, and never in what was deleted', async () => {
      const { sql, changes, messages, upload, naming, describe, remove } = await scene();
      const [seen, bad] = [await upload(), await upload()];
      const [stored] = (await messages.append([naming([seen, bad], 'look')])) as [Message];
      await sql.query('test-looked-at', LOOKED_AT, [seen, 'ready']);
      await sql.query('test-looked-at', LOOKED_AT, [bad, 'refused']);
      const [told] = await changes.apply([describe(seen, bad)]);
      expect(told).to.include({ change: 1, was: 0 });
      expect(told?.message).to.deep.equal({
        ...stored,
        rev: 1,
        media: [{ ...stored.media?.[0], width: 4, height: 3, thumb: true }],
      });
      expect((await changes.apply([describe(seen, bad)]))[0]).to.deep.equal({ ...told, change: 0, was: 1 });
      await changes.apply([remove()]);
      expect((await changes.apply([describe(seen)]))[0]).to.deep.include({ change: 0, was: 2 });
    });

    it('are not in a draft unless they are the user’s own', async () => {
      const { ownState, ann, ben, chat, upload } = await scene();
      const [theirs, mine] = [await upload(ben), await upload()];
      const draft = (...media: string[]) => ({ draft: { body: '', media, at: minute(1) } });
      const refused = await failureOf(() => ownState.update(ann, chat, draft(mine, theirs), minute(1)));
      expect([refused.code, refused.errors?.[0]?.path]).to.deep.equal(['invalid', '/draft/media/1']);
      expect((await ownState.update(ann, chat, draft(mine), minute(1)))?.draft?.media).to.deep.equal([mine]);
    });

    it('stay where one message names them while another, the last that did, is deleted, whoever is first', async () => {
      const { sql, messages, changes, chat, other, ann, upload, stateOf, naming, remove } = await scene();
      const elsewhere = messageStore(otherPool());
      for (const first of ['naming', 'deleting'] as const) {
        const id = await upload();
        const [{ seq }] = (await messages.append([naming([id])])) as [Message];
        const again = () => elsewhere.append([message(other, ann, undefined, { body: '', mediaIds: [id] })]);
        const away = () => changes.apply([{ ...remove(), seq }]);
        // Both wait for the row of the media, one behind the other, until whoever holds it lets go.
        let waits: Promise<unknown>[] = [];
        await sql.transaction(async tx => {
          await tx.query('test-hold', 'select from media where id = $1 for update', [id]);
          const acts = first === 'naming' ? [again, away] : [away, again];
          for (const [n, act] of acts.entries()) {
            waits = [...waits, act()];
            await eventually('one more waits', async () => (await sql.query('test-waiting', WAITING)).length === n + 1);
          }
        });
        const [one, two] = await Promise.all(waits);
        const [named] = (first === 'naming' ? one : two) as Awaited<ReturnType<typeof again>>;
        if (first === 'naming') {
          expect(named).to.have.nested.property('media[0].id', id);
          expect(await stateOf(id)).to.equal('uploaded');
        } else {
          expect(named).to.deep.equal({ refused: 'no-media', at: 0 });
          expect(await stateOf(id)).to.equal('gone');
        }
      }
      expect((await messages.page(chat, ann, { limit: 9 }))?.map(each => each.media)).to.deep.equal([
        undefined,
        undefined,
      ]);
    });

    it('wait for nobody who waits for them: messages, edits and deletions of the same media all come to an end', async () => {
      const { messages, chat, other, ann, upload, stateOf } = await scene();
      const stores = [world().messages, messageStore(otherPool())];
      const changing = [world().changes, changeStore(otherPool(), { editWindowMs: 0 })];
      const ids = await Promise.all(Array.from({ length: 6 }, () => upload()));
      await messages.append(
        [chat, other].map(chatId => message(chatId, ann, undefined, { body: 'all', mediaIds: ids })),
      );
      const some = (n: number) => [...ids.slice(n % 6), ...ids.slice(0, n % 6)].slice(0, 3);
      await Promise.all(
        Array.from({ length: 24 }, async (_, n) => {
          const chatId = n % 2 === 0 ? chat : other;
          const place = { chatId, seq: 1, userId: ann, at: minute(2) };
          if (n % 3 === 0)
            return stores[n % 2]?.append([message(chatId, ann, undefined, { body: '', mediaIds: some(n) })]);
          const clientId = randomUUID();
          return changing[n % 2]?.apply([{ kind: 'edit', ...place, clientId, body: `${n}`, media: [...some(n)] }]);
        }),
      );
      expect((await Promise.all(ids.map(stateOf))).every(state => state === 'uploaded' || state === 'gone')).to.equal(
        true,
      );
    });
  });
}
