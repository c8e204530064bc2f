/** What the store of changes promises: each change of who may be where is noted once, until it is done with. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { AccessChange } from '#functions/ports/accessChanges.js';
import { message, minute, type World } from '../support/world.js';

export function accessChangesContract(world: () => World): void {
  describe('changes of access', () => {
    /** Of these people and sessions, what is noted and not done with, and what is done with by this. */
    async function taken(...ids: string[]): Promise<string[]> {
      const { accessChanges } = world();
      const due = await accessChanges.due(0, 100_000);
      const ours = due.filter(({ userId, sessionId }) => ids.includes(userId ?? sessionId ?? ''));
      await accessChanges.done(ours.map(({ id }) => id));
      const whose = ({ userId, sessionId }: AccessChange) => userId ?? sessionId ?? '';
      return ours.map(whose).sort();
    }

    it('note who comes in and who goes out, and nothing that happens in between', async () => {
      const { people, group, members, messages } = world();
      const [a, b, c] = (await people(3)) as [string, string, string];
      const chatId = await group([a, b]);
      expect(await taken(a, b, c)).to.deep.equal([a, b].sort());
      await messages.append([message(chatId, a), message(chatId, b)]);
      await members.markRead([{ chatId, userId: b, seq: 2 }]);
      await members.markDelivered([{ chatId, userId: a, seq: 2 }]);
      await members.setRole(chatId, b, 'admin');
      expect(await taken(a, b, c)).to.deep.equal([]);
      await members.add(chatId, c, minute(1));
      expect(await taken(a, b, c)).to.deep.equal([c]);
      await members.remove(chatId, c, minute(2), false);
      expect(await taken(a, b, c)).to.deep.equal([c]);
      await members.add(chatId, c, minute(3));
      await members.add(chatId, c, minute(3));
      expect(await taken(a, b, c)).to.deep.equal([c]);
    });

    it('note that a session ended, once, whoever ended it', async () => {
      const { sql, person, sessions } = world();
      const userId = await person();
      const open = async () => {
        const session = { id: randomUUID(), userId, device: null, refreshDigest: randomUUID(), createdAt: minute(0) };
        await sessions.create({ ...session, expiresAt: minute(60), network: null });
        return session;
      };
      const [one, two, three] = [await open(), await open(), await open()];
      const ids = [userId, one.id, two.id, three.id];
      expect(await taken(...ids)).to.deep.equal([]);
      await sessions.revoke(one.id, userId, minute(1));
      await sessions.revoke(one.id, userId, minute(2));
      expect(await taken(...ids)).to.deep.equal([one.id]);

      const used = { now: minute(1), expiresAt: minute(60), network: null };
      const [first, second] = [randomUUID(), randomUUID()];
      await sessions.rotate({ ...used, digest: two.refreshDigest, nextDigest: first });
      await sessions.rotate({ ...used, digest: first, nextDigest: second });
      expect(await taken(...ids)).to.deep.equal([]);
      await sessions.rotate({ ...used, digest: two.refreshDigest, nextDigest: randomUUID() });
      expect(await taken(...ids), 'stolen').to.deep.equal([two.id]);

      await sql.query('test-end', 'update sessions set revoked_at = now() where user_id = $1', [userId]);
      expect(await taken(...ids), 'by hand').to.deep.equal([three.id]);
    });

    it('are due when they are old enough, the oldest first, as many as are asked for', async () => {
      const { people, group, accessChanges } = world();
      const [a, b, c] = (await people(3)) as [string, string, string];
      await taken(...(await accessChanges.due(0, 100_000)).map(({ userId, sessionId }) => userId ?? sessionId ?? ''));
      await group([a, b]);
      await group([c, a]);
      expect(await accessChanges.due(60_000, 10)).to.deep.equal([]);
      const due = await accessChanges.due(0, 3);
      expect(due.map(({ userId }) => userId).slice(0, 2)).to.have.members([a, b]);
      expect(due).to.have.length(3);
      await accessChanges.done(due.map(({ id }) => id));
      expect(await accessChanges.due(0, 10)).to.have.length(1);
    });
  });
}
