/** What the store of rights to media promises: they follow what names the media, at the moment of reading. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { hashOf, mediaRows } from '../support/media-rows.js';
import { message, minute, type World } from '../support/world.js';

export function mediaReadsContract(world: () => World): void {
  describe('who may read media', () => {
    /** Two people in a group, and one who is not; a picture of the first one's in its message 1. */
    async function scene() {
      const { sql, people, group, messages } = world();
      const [owner, member, stranger] = (await people(3)) as [string, string, string];
      const chatId = await group([owner, member]);
      await messages.append([message(chatId, owner), message(chatId, owner)]);
      const rows = mediaRows(sql);
      const mediaId = await rows.put({ ownerId: owner, at: minute(0), thumb: 'small', attachedAt: minute(1) });
      await rows.name(mediaId, chatId, 1);
      const readable = (userId: string, id = mediaId) => world().mediaReads.readable(id, userId);
      const readers = async () => {
        const found = await Promise.all([owner, member, stranger].map(userId => readable(userId)));
        return found.map(each => each !== undefined);
      };
      return { owner, member, stranger, chatId, rows, mediaId, readable, readers };
    }

    it('their owner, and the members of a chat with a message that names them', async () => {
      const { readable, readers, member, mediaId } = await scene();
      expect(await readers()).to.deep.equal([true, true, false]);
      const found = await readable(member);
      expect(found).to.deep.include({ kind: 'photo', state: 'ready', filename: 'wall.jpg', type: 'image/jpeg' });
      expect(found?.bytes).to.deep.include({ size: 5, sha256: hashOf(mediaId) });
      expect(found?.bytes.name.startsWith(hashOf(mediaId))).to.equal(true);
      expect(found?.thumb).to.deep.include({ sha256: hashOf('small'), type: 'image/webp', size: 5 });
    });

    it('nobody of a chat whose message was deleted, unless another one names them', async () => {
      const { owner, member, chatId, readers, rows, mediaId } = await scene();
      await rows.name(mediaId, chatId, 2);
      const remove = (seq: number) =>
        world().changes.apply([{ kind: 'delete', chatId, userId: owner, seq, at: minute(2) }]);
      await remove(1);
      expect(await readers()).to.deep.equal([true, true, false]);
      await remove(2);
      expect((await readers())[1]).to.equal(false);
      expect(member).to.be.a('string');
    });

    it('nobody who has left, from then on, and who comes back', async () => {
      const { member, chatId, readers } = await scene();
      await world().members.remove(chatId, member, minute(2), false);
      expect(await readers()).to.deep.equal([true, false, false]);
      await world().members.add(chatId, member, minute(3));
      expect(await readers()).to.deep.equal([true, true, false]);
    });

    it('nobody who hides the message from themselves, but for the owner', async () => {
      const { owner, member, chatId, readers } = await scene();
      await world().ownState.hide(member, chatId, { from: 1, to: 1 });
      expect(await readers()).to.deep.equal([true, false, false]);
      await world().ownState.hide(owner, chatId, { from: 1, to: 1 });
      expect((await readers())[0]).to.equal(true);
    });

    it('nobody, while they are uploaded, when they were refused, and when they are gone', async () => {
      const { owner, chatId, rows, readable } = await scene();
      for (const state of ['uploading', 'refused', 'gone', 'uploaded']) {
        const id = await rows.put({ ownerId: owner, at: minute(0), state });
        await rows.name(id, chatId, 1);
        expect((await readable(owner, id)) !== undefined, state).to.equal(state === 'uploaded');
      }
      expect(await readable(owner, randomUUID())).to.equal(undefined);
    });
  });
}
