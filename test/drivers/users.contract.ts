/** What the store of users promises: people are found, and told apart, by names that ignore case. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import { minute, type World } from '../support/world.js';

const failureOf = async (work: Promise<unknown>): Promise<Failure> => {
  const thrown = await work.then(
    () => undefined,
    error => error,
  );
  expect(thrown).to.be.instanceOf(Failure);
  return thrown;
};

export function usersContract(world: () => World): void {
  const newcomer = (email: string, username: string) => ({
    id: randomUUID(),
    email,
    username,
    displayName: 'Новичок',
    passwordHash: 'hash',
    createdAt: minute(0),
  });

  describe('users', () => {
    it('makes one first account, of however many at once', async () => {
      const { users } = world();
      expect(await users.isEmpty(), 'nobody was made by a test before').to.equal(true);
      const made = await Promise.all(
        [1, 2, 3, 4, 5].map(n => users.createFirst(newcomer(`first-${n}@example.org`, `first_${n}`))),
      );
      expect(made.filter(profile => profile !== undefined)).to.have.length(1);
      expect(await users.isEmpty()).to.equal(false);
      expect(await users.createFirst(newcomer('late@example.org', 'late'))).to.equal(undefined);
    });

    it('names the field that is taken, whatever its case', async () => {
      const { users } = world();
      const tag = randomUUID();
      const { id } = await users.create(newcomer(`Ada-${tag}@example.org`, `Ada-${tag}`));
      const email = await failureOf(users.create(newcomer(`aDA-${tag}@EXAMPLE.org`, `other-${tag}`)));
      expect([email.code, email.errors?.[0]?.path]).to.deep.equal(['conflict', '/email']);
      const username = await failureOf(users.create(newcomer(`other-${tag}@example.org`, `ADA-${tag}`)));
      expect([username.code, username.errors?.[0]?.path]).to.deep.equal(['conflict', '/username']);
      expect(await users.update(id, { username: `ADA-${tag}` })).to.include({ username: `ADA-${tag}` });
    });

    it('signs in by e-mail without regard to case, and knows nobody else', async () => {
      const { users } = world();
      const email = `Mixed-${randomUUID()}@Example.org`;
      const profile = await users.create(newcomer(email, `u${randomUUID()}`));
      expect(await users.credentials(email.toLowerCase())).to.deep.equal({ profile, passwordHash: 'hash' });
      expect(await users.profile(profile.id)).to.deep.equal(profile);
      expect(await users.credentials('nobody@example.org')).to.equal(undefined);
      expect(await users.profile(randomUUID())).to.equal(undefined);
    });

    it('puts another hash in the place of one, unless that is gone', async () => {
      const { users } = world();
      const email = `re-${randomUUID()}@example.org`;
      const { id } = await users.create(newcomer(email, `u${randomUUID()}`));
      await users.rehash(id, 'another', 'wrong');
      expect((await users.credentials(email))?.passwordHash).to.equal('hash');
      await users.rehash(id, 'hash', 'hash 2');
      expect((await users.credentials(email))?.passwordHash).to.equal('hash 2');
    });

    it('changes only what is given, and reports a name that is taken', async () => {
      const { users, person } = world();
      const [a, b] = [await person(), await person()];
      const taken = (await users.profile(b))?.username as string;
      const before = await users.profile(a);
      expect(await users.update(a, { displayName: 'Neu' })).to.deep.equal({ ...before, displayName: 'Neu' });
      expect((await failureOf(users.update(a, { username: taken }))).errors?.[0]?.path).to.equal('/username');
      expect(await users.update(randomUUID(), { displayName: 'x' })).to.equal(undefined);
    });

    it('finds people by any part of their names, best first, never the asker', async () => {
      const { users, person } = world();
      const tag = randomUUID().slice(0, 8);
      const exact = await person(`q${tag}`);
      const prefix = await person(`q${tag}zz`);
      const inside = await person(`zz-q${tag}-zz`, 'Someone');
      const shown = await person(`xx${randomUUID()}`, `Олег Q${tag.toUpperCase()} Ж`);
      const ids = async (query: string, asker: string) => (await users.search(query, asker)).map(found => found.id);
      const found = await ids(`Q${tag}`, randomUUID());
      expect(found.slice(0, 2)).to.deep.equal([exact, prefix]);
      expect(found).to.have.members([exact, prefix, inside, shown]);
      expect(await ids(`q${tag}`, exact)).to.have.members([prefix, inside, shown]);
    });

    it('takes wildcards, quotes and short queries literally', async () => {
      const { users, person } = world();
      const asker = await person();
      const odd = await person(`100%_\\'${randomUUID().slice(0, 8)}`);
      for (const query of ['100%_', "%_\\'", '10']) {
        expect((await users.search(query, asker)).map(({ id }) => id)).to.include(odd);
      }
      for (const query of ['%%%', '___', '%', '_', '\\']) expect(await users.search(query, asker)).to.deep.equal([]);
    });

    it('answers 20 people at most', async () => {
      const { users, person } = world();
      const tag = randomUUID().slice(0, 8);
      await Promise.all(Array.from({ length: 23 }, (_, n) => person(`many${tag}${n}`)));
      expect(await users.search(`many${tag}`, randomUUID())).to.have.length(20);
    });

    it('names those who share a chat with the asker, and nobody else', async () => {
      const { users, members, person, group } = world();
      const [asker, mate, former, stranger] = [
        await person(),
        await person('mate', 'Mate'),
        await person(),
        await person(),
      ];
      const together = await group([asker, mate, former]);
      await group([mate, stranger]);
      await members.remove(together, former, minute(1), false);
      const asked = [stranger, mate, former, randomUUID()];
      expect(await users.named(asker, asked)).to.deep.equal([{ id: mate, username: 'mate', displayName: 'Mate' }]);
      await members.remove(together, asker, minute(2), false);
      expect(await users.named(asker, asked), 'who has left sees nobody there').to.deep.equal([]);
      expect(await users.named(asker, [])).to.deep.equal([]);
    });

    it('knows who exists and when they were last seen, which only moves forward', async () => {
      const { users, people } = world();
      const [a, b] = (await people(2)) as [string, string];
      const stranger = randomUUID();
      expect(await users.existing([a, stranger, b])).to.have.members([a, b]);
      await users.setLastSeen(a, minute(5));
      await users.setLastSeen(a, minute(4));
      await users.setLastSeen(stranger, minute(4));
      expect([...(await users.lastSeen([a, b, stranger]))]).to.deep.equal([[a, minute(5)]]);
    });
  });
}
