/** What is found out about media, as it is kept: once, with other bytes in place of those that were sent, and where it is named. */
import { expect } from 'chai';
import { inspectionStore } from '#functions/stores/inspections.js';
import { blobName } from '#runtime/contract/ports.js';
import { uuid } from '#runtime/testing/context.js';
import { hashOf, mediaRows } from '../support/media-rows.js';
import { message, minute, type World } from '../support/world.js';

const BLOBS = `select encode(sha256, 'hex') as hash from blobs where sha256 = any (array(
  select decode(hash, 'hex') from unnest($1::text[]) as g (hash)))`;

export function inspectionsContract(world: () => World): void {
  describe('what is found out about media', () => {
    async function scene(state = 'uploaded') {
      const { sql, people, group } = world();
      const [ann, ben] = (await people(2)) as [string, string];
      const said = `photo of ${ann}`;
      const id = await mediaRows(sql).put({ ownerId: ann, state, saying: said, at: minute(1) });
      const blob = (text: string) => {
        const sha256 = hashOf(`${text} of ${ann}`);
        return { sha256, name: blobName(sha256, uuid(1)), size: 3, type: 'image/webp' };
      };
      const there = async (...hashes: string[]) => {
        const rows = await sql.query<{ hash: string }>('test-blobs', BLOBS, [hashes]);
        const found = rows.map(({ hash }) => hash);
        return hashes.map(hash => found.includes(hash));
      };
      const chat = await group([ann, ben]);
      return { ...world(), ann, chat, id, said, blob, there, store: inspectionStore(sql) };
    }

    it('is kept once, and its bytes take the place of those that were sent, which nobody refers to any more', async () => {
      const { messages, ann, chat, id, said, blob, there, store } = await scene();
      expect(await store.find(id)).to.deep.include({ state: 'uploaded', kind: 'photo' });
      const [photo, thumb] = [blob('cleaned'), blob('small')];
      const found = { width: 4, height: 3, thumbhash: Uint8Array.of(1, 2, 3), photo, thumb };
      expect(await store.settle(id, found, minute(2))).to.equal('ready');
      expect(await there(hashOf(said), photo.sha256, thumb.sha256)).to.deep.equal([false, true, true]);
      expect(await store.find(id)).to.deep.equal({
        ...{ state: 'ready', kind: 'photo', blob: { name: photo.name, size: 3 } },
      });
      expect(await store.settle(id, { width: 9 }, minute(3)), 'once').to.equal('ready');
      expect(await store.refuse(id), 'and for good').to.equal('ready');
      const [stored] = await messages.append([message(chat, ann, undefined, { body: '', mediaIds: [id] })]);
      expect(stored).to.have.deep.nested.property('media[0]', {
        ...{ id, kind: 'photo', type: 'image/webp', size: 3, filename: 'wall.jpg', width: 4, height: 3 },
        ...{ thumbhash: 'AQID', thumb: true },
      });
    });

    it('leaves bytes that others have, and those that are the same', async () => {
      const { sql, ann, id, said, there, store } = await scene();
      await mediaRows(sql).put({ ownerId: ann, state: 'uploaded', saying: said, at: minute(1) });
      expect(await store.settle(id, { photo: { ...blobOf(said), type: 'image/png' } }, minute(2))).to.equal('ready');
      expect(await there(hashOf(said))).to.deep.equal([true]);
    });

    it('is asked for again where nobody looked: after 5 minutes, 10, 20 … eight times, and not where it was found', async () => {
      const { id, store } = await scene();
      const other = await mediaRows(world().sql).put({ ownerId: uuid(1), state: 'uploaded', at: minute(1) });
      await store.settle(other, {}, minute(1));
      const isAsked = async (after: number) => {
        const ids = await store.overdue(minute(1 + after), 1_000);
        expect(ids).not.to.include(other);
        return ids.includes(id);
      };
      const asked: number[] = [];
      for (const after of [4, 6, 7, 10, 11, 20, 21, 40, 41, 80, 81, 160, 161, 320, 321, 640, 641, 1_281, 9_999]) {
        if (await isAsked(after)) asked.push(after);
      }
      expect(asked).to.deep.equal([6, 11, 21, 41, 81, 161, 321, 641]);
    });

    it('is asked for by one of those who ask at once', async () => {
      const { id, store } = await scene();
      const all = await Promise.all([1, 2, 3, 4].map(() => store.overdue(minute(8), 1_000)));
      expect(all.flat().filter(each => each === id)).to.have.length(1);
    });

    it('is a refusal once, and nothing of what is gone or unknown', async () => {
      const { id, store } = await scene();
      expect(await store.refuse(id)).to.equal('refused');
      expect(await store.settle(id, {}, minute(2))).to.equal('refused');
      const gone = await scene('gone');
      expect(await gone.store.settle(gone.id, {}, minute(2))).to.equal('gone');
      expect(await store.find(uuid(77))).to.equal(undefined);
      expect([await store.settle(uuid(77), {}, minute(2)), await store.refuse(uuid(77))]).to.deep.equal([
        undefined,
        undefined,
      ]);
    });

    it('is for all messages that name it, page by page', async () => {
      const { messages, ann, chat, id, store } = await scene();
      await messages.append([1, 2, 3].map(() => message(chat, ann, undefined, { body: '', mediaIds: [id] })));
      const first = await store.places(id, 2);
      expect(first).to.deep.equal([1, 2].map(seq => ({ chatId: chat, seq })));
      expect(await store.places(id, 2, first[1])).to.deep.equal([{ chatId: chat, seq: 3 }]);
    });
  });
}

function blobOf(text: string) {
  const sha256 = hashOf(text);
  return { sha256, name: blobName(sha256, uuid(2)), size: 5 };
}
