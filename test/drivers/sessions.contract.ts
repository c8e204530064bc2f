/** What the store of sessions promises: a refresh token works once. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { minute, type World } from '../support/world.js';

export function sessionsContract(world: () => World): void {
  const open = async (userId: string, expiresAt = minute(60)) => {
    const session = { id: randomUUID(), userId, device: 'phone', refreshDigest: randomUUID(), createdAt: minute(0) };
    await world().sessions.create({ ...session, expiresAt });
    return session;
  };
  const exchange = (digest: string, now = minute(1)) => {
    const nextDigest = randomUUID();
    return world()
      .sessions.rotate({ digest, nextDigest, now, expiresAt: minute(90) })
      .then(answer => ({ ...answer, nextDigest }));
  };

  describe('sessions', () => {
    it('exchanges a refresh token once; shown again, it ends the session', async () => {
      const { sessions, person } = world();
      const userId = await person();
      const { id, refreshDigest } = await open(userId);
      const first = await exchange(refreshDigest);
      expect(first).to.include({ result: 'rotated', sessionId: id, userId });
      const second = await exchange(first.nextDigest);
      expect(second.result).to.equal('rotated');
      expect(await sessions.active(id, userId, minute(2))).to.equal(true);
      expect(await exchange(refreshDigest)).to.include({ result: 'reused', sessionId: id, userId });
      expect(await sessions.active(id, userId, minute(2))).to.equal(false);
      const other = await open(userId);
      const asked = [id, other.id, id].map(session => sessions.active(session, userId, minute(2)));
      expect(await Promise.all(asked), 'asked at once').to.deep.equal([false, true, false]);
      expect((await exchange(second.nextDigest)).result).to.equal('unknown');
      expect((await exchange(refreshDigest)).result).to.equal('unknown');
    });

    it('lets exactly one of two calls at once exchange the token', async () => {
      const { person } = world();
      const { refreshDigest } = await open(await person());
      const results = await Promise.all([1, 2, 3].map(() => exchange(refreshDigest)));
      expect(results.filter(({ result }) => result === 'rotated')).to.have.length(1);
    });

    it('knows no token that never was, or is past its end', async () => {
      const { sessions, person } = world();
      const userId = await person();
      const { id, refreshDigest } = await open(userId, minute(10));
      expect((await exchange(randomUUID())).result).to.equal('unknown');
      expect((await exchange(refreshDigest, minute(10))).result).to.equal('unknown');
      expect(await sessions.active(id, userId, minute(9))).to.equal(true);
      expect(await sessions.active(id, userId, minute(10))).to.equal(false);
      expect(await sessions.active(id, await person(), minute(9)), 'somebody else’s').to.equal(false);
    });

    it('lists the devices that are signed in, the last used first, and signs one out', async () => {
      const { sessions, people } = world();
      const [userId, stranger] = (await people(2)) as [string, string];
      await open(userId, minute(1));
      const [a, b] = [await open(userId), await open(userId)];
      await exchange(a.refreshDigest, minute(3));
      const listed = await sessions.list(userId, minute(4));
      expect(listed.map(session => session.id)).to.deep.equal([a.id, b.id]);
      expect(listed[0]).to.deep.equal({ id: a.id, device: 'phone', createdAt: minute(0), lastUsedAt: minute(3) });
      expect(await sessions.revoke(a.id, stranger, minute(4))).to.equal(false);
      expect(await sessions.revoke(a.id, userId, minute(4))).to.equal(true);
      expect(await sessions.revoke(a.id, userId, minute(4))).to.equal(false);
      expect((await sessions.list(userId, minute(4))).map(session => session.id)).to.deep.equal([b.id]);
    });

    it('forgets a user’s sessions that are past their end when a new one comes', async () => {
      const { sql, person } = world();
      const userId = await person();
      const { refreshDigest } = await open(userId, minute(-1));
      await exchange(refreshDigest, minute(-2));
      await sql.query('test-age', 'update sessions set expires_at = $2 where user_id = $1', [userId, minute(-1)]);
      const { id } = await open(userId);
      const rows = await sql.query('test-sessions', 'select id from sessions where user_id = $1', [userId]);
      expect(rows).to.deep.equal([{ id }]);
    });
  });
}
