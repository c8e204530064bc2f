/** What the store of sessions promises: a refresh token is good until its successor is used, and ends its session after that. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { minute, type World } from '../support/world.js';

/** Beside which this version runs while it is rolled out. */
const EXCHANGE_OF_VERSION_BEFORE = `
with rotated as (
  update sessions set refresh_digest = $2 where refresh_digest = $1 and revoked_at is null returning id
)
insert into used_refresh_digests (digest, session_id) select $1, id from rotated`;

const REVOKE_OF_VERSION_BEFORE = `
update sessions set revoked_at = $2
where id = (select session_id from used_refresh_digests where digest = $1) and revoked_at is null and expires_at > $2
returning id`;

export function sessionsContract(world: () => World): void {
  const open = async (userId: string, expiresAt = minute(60)) => {
    const session = { id: randomUUID(), userId, device: 'phone', refreshDigest: randomUUID(), createdAt: minute(0) };
    await world().sessions.create({ ...session, expiresAt, network: null });
    return session;
  };
  const exchange = (digest: string, now = minute(1)) => {
    const nextDigest = randomUUID();
    return world()
      .sessions.rotate({ digest, nextDigest, now, expiresAt: minute(90), network: null })
      .then(answer => ({ ...answer, nextDigest }));
  };

  describe('sessions', () => {
    it('exchanges a refresh token, and ends the session when it is shown again after its successor was used', async () => {
      const { sessions, sql, person } = world();
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
      expect(await exchange(refreshDigest, minute(9)), 'told once more').to.include({
        result: 'reused',
        sessionId: id,
      });
      const ended = 'select revoked_at as at from sessions where id = $1';
      expect(await sql.query('test-ended', ended, [id]), 'ended once').to.deep.equal([{ at: new Date(minute(1)) }]);
    });

    it('exchanges a token again as long as its successor is not used: the answer was lost', async () => {
      const { sessions, person } = world();
      const userId = await person();
      const { id, refreshDigest } = await open(userId);
      for (const _ of Array.from({ length: 50 })) expect((await exchange(refreshDigest)).result).to.equal('rotated');
      const again = await exchange(refreshDigest);
      const after = await exchange(again.nextDigest);
      expect((await exchange(after.nextDigest)).result).to.equal('rotated');
      expect((await exchange(again.nextDigest)).result, 'the successor’s successor was used').to.equal('reused');
      expect(await sessions.active(id, userId, minute(2))).to.equal(false);
    });

    it('lets all of many calls at once exchange the token, and each go on with its own answer, for many rounds', async () => {
      const { sessions, person } = world();
      const userId = await person();
      const { id, refreshDigest } = await open(userId);
      let held = Array.from({ length: 9 }, () => refreshDigest);
      for (let round = 0; round < 4; round += 1) {
        const answers = await Promise.all(held.map(digest => exchange(digest)));
        expect(answers.map(({ result }) => result)).to.deep.equal(held.map(() => 'rotated'));
        held = answers.map(({ nextDigest }) => nextDigest);
      }
      expect(await sessions.active(id, userId, minute(2))).to.equal(true);
      for (const stolen of [refreshDigest]) expect((await exchange(stolen)).result).to.equal('reused');
      expect(await sessions.active(id, userId, minute(2))).to.equal(false);
    });

    it('lets a tab that slept go on from its answer, however far another one is by now', async () => {
      const { person } = world();
      const { refreshDigest } = await open(await person());
      const asleep = await exchange(refreshDigest);
      let awake = await exchange(refreshDigest);
      for (let round = 0; round < 5; round += 1) awake = await exchange(awake.nextDigest);
      expect((await exchange(asleep.nextDigest)).result).to.equal('rotated');
      expect((await exchange(awake.nextDigest)).result).to.equal('rotated');
    });

    it('keeps no more than the newest of what was given and never used', async () => {
      const { sessions, sql, person } = world();
      const userId = await person();
      const { id, refreshDigest } = await open(userId);
      const given: string[] = [];
      for (let n = 0; n < 40; n += 1) given.push((await exchange(refreshDigest, minute(n))).nextDigest);
      const rows = await sql.query('test-live', 'select digest from live_refresh_digests where session_id = $1', [id]);
      expect(rows).to.have.length(33);
      expect((await exchange(given[0]!)).result, 'the oldest').to.equal('unknown');
      expect(await sessions.active(id, userId, minute(2)), 'which harms nobody').to.equal(true);
      expect((await exchange(given.at(-32)!)).result).to.equal('rotated');
      expect((await exchange(given.at(-1)!)).result).to.equal('rotated');
    });

    it('goes on with a token that the version before has given, and ends the session by one that it has exchanged', async () => {
      const { sessions, sql, person } = world();
      const userId = await person();
      const { id, refreshDigest } = await open(userId);
      const before = await exchange(refreshDigest);
      const theirs = randomUUID();
      await sql.query('test-version-before', EXCHANGE_OF_VERSION_BEFORE, [before.nextDigest, theirs]);
      const ours = await exchange(theirs);
      expect(ours).to.include({ result: 'rotated', sessionId: id });
      expect((await exchange(ours.nextDigest)).result).to.equal('rotated');
      expect((await exchange(before.nextDigest)).result).to.equal('reused');
      expect(await sessions.active(id, userId, minute(2))).to.equal(false);
    });

    it('lets tabs go on that share a token and meet this version and the one before, in any order', async () => {
      const { sessions, sql, person } = world();
      const userId = await person();
      const { id, refreshDigest } = await open(userId);
      const exchangeThere = async (digest: string) => {
        const next = randomUUID();
        await sql.query('test-version-before', EXCHANGE_OF_VERSION_BEFORE, [digest, next]);
        return next;
      };
      const revokeReusedThere = (digest: string) =>
        sql.query('test-reused-before', REVOKE_OF_VERSION_BEFORE, [digest, minute(2)]);

      const there = await exchangeThere(refreshDigest);
      const here = await exchange(refreshDigest);
      expect(here.result, 'the other tab').to.equal('rotated');
      expect(await revokeReusedThere(refreshDigest), 'a third tab, at the version before').to.deep.equal([]);
      const later = await exchange(there);
      expect(later.result, 'the first tab again').to.equal('rotated');
      expect((await exchange(here.nextDigest)).result).to.equal('rotated');

      // The newest is what the version before knows.
      const newest = await exchange(later.nextDigest);
      const next = await exchangeThere(newest.nextDigest);
      await exchangeThere(next);
      expect(await sessions.active(id, userId, minute(2))).to.equal(true);
      expect((await exchange(newest.nextDigest)).result, 'its successor was used there').to.equal('reused');
      expect(await sessions.active(id, userId, minute(2))).to.equal(false);
    });

    it('leaves a stolen token to be found by the version before as well', async () => {
      const { sql, person } = world();
      const { id, refreshDigest } = await open(await person());
      let digest = refreshDigest;
      for (let n = 0; n < 2; n += 1) {
        const next = randomUUID();
        await sql.query('test-version-before', EXCHANGE_OF_VERSION_BEFORE, [digest, next]);
        digest = next;
      }
      const revoked = await sql.query('test-reused-before', REVOKE_OF_VERSION_BEFORE, [refreshDigest, minute(2)]);
      expect(revoked).to.deep.equal([{ id }]);
    });

    it('keeps the newest 3,000 of a session’s used tokens', async () => {
      const { sessions, sql, people } = world();
      const [userId, other] = (await people(2)) as [string, string];
      const [{ id, refreshDigest }, theirs] = [await open(userId), await open(other)];
      const fill = `insert into used_refresh_digests (digest, session_id, n)
        select gen_random_uuid()::text, $1, n from generate_series(1, 3000) as n`;
      for (const session of [id, theirs.id]) await sql.query('test-fill', fill, [session]);
      let digest = refreshDigest;
      for (let n = 0; n < 4; n += 1) digest = (await exchange(digest)).nextDigest;
      const count = 'select count(*)::int as kept, min(n) as oldest from used_refresh_digests where session_id = $1';
      expect(await sql.query('test-count', count, [id])).to.deep.equal([{ kept: 3_000, oldest: 4 }]);
      expect(await sql.query('test-count', count, [theirs.id])).to.deep.equal([{ kept: 3_000, oldest: 1 }]);
      expect((await exchange(refreshDigest)).result, 'the newest are known').to.equal('reused');
      expect(await sessions.active(id, userId, minute(2))).to.equal(false);
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

    it('knows where a user was signed in, also after signing out, and nobody else', async () => {
      const { sessions, people } = world();
      const [userId, stranger] = (await people(2)) as [string, string];
      const id = randomUUID();
      const session = { id, userId, device: null, refreshDigest: randomUUID(), createdAt: minute(0) };
      await sessions.create({ ...session, expiresAt: minute(60), network: 'home' });
      const known = () => Promise.all(['home', 'train'].map(network => sessions.knownIn(userId, network)));
      expect(await known()).to.deep.equal([true, false]);
      const use = { digest: session.refreshDigest, nextDigest: randomUUID(), now: minute(1), expiresAt: minute(90) };
      await sessions.rotate({ ...use, network: 'train' });
      expect(await known(), 'it has moved').to.deep.equal([false, true]);
      await sessions.revoke(id, userId, minute(2));
      expect(await known()).to.deep.equal([false, true]);
      expect(await sessions.knownIn(stranger, 'train')).to.equal(false);
    });

    it('knows the device of a user by every token that it was given, also after signing out, and nobody else’s', async () => {
      const { sessions, people } = world();
      const [userId, stranger] = (await people(2)) as [string, string];
      const { id, refreshDigest } = await open(userId, minute(60));
      const [second, third] = [randomUUID(), randomUUID()];
      const rotate = (digest: string, nextDigest: string, at: number) =>
        sessions.rotate({ digest, nextDigest, now: minute(at), expiresAt: minute(90), network: null });
      await rotate(refreshDigest, second, 1);
      await rotate(second, third, 2);
      const known = (whose: string) =>
        Promise.all([refreshDigest, second, third, randomUUID()].map(digest => sessions.knownOn(whose, digest)));
      expect(await known(userId)).to.deep.equal([true, true, true, false]);
      await sessions.revoke(id, userId, minute(3));
      expect(await known(userId)).to.deep.equal([true, true, true, false]);
      expect(await known(stranger)).to.deep.equal([false, false, false, false]);
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
      expect(await sessions.revoke(a.id, userId, minute(5)), 'again').to.equal(true);
      expect(await sessions.revoke(randomUUID(), userId, minute(5))).to.equal(false);
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
