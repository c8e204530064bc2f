import { expect } from 'chai';
import { Value } from 'typebox/value';
import { findUsers } from '#functions/users/findUsers.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

const smile = '\u{1F600}';

/** Finds one person, whose name is the question. */
const ports = somePorts({
  users: {
    profile: async userId =>
      userId === uuid(3)
        ? { id: userId, username: 'eve', displayName: 'Eve', email: 'eve@example.org', createdAt: '' }
        : undefined,
    named: async (askerId, userIds) =>
      userIds.filter(id => id !== uuid(4)).map(id => ({ id, username: 'named', displayName: `for ${askerId}` })),
    search: async (query, askerId) => [{ id: uuid(2), username: 'bob', displayName: `${query} for ${askerId}` }],
  },
});
const ask = (data: { query?: string; ids?: string }) =>
  findUsers.handle(testContext({ ports, caller: {} }), testEvent(data));
const find = (query: string) => ask({ query });
const found = (query: string) => ({
  reply: { users: [{ id: uuid(2), username: 'bob', displayName: `${query} for ${uuid(1)}` }] },
});

describe('findUsers', () => {
  it('answers the people found, without the spaces around the question', async () => {
    expect(await find(' \t bob b  ')).to.deep.equal(found('bob b'));
  });

  it('answers whose id it is first, with what others see of them', async () => {
    const {
      reply: { users },
    } = found(uuid(3));
    const eve = { id: uuid(3), username: 'eve', displayName: 'Eve' };
    expect(await find(uuid(3))).to.deep.equal({ reply: { users: [eve, ...users] } });
    expect(await find(uuid(4)), 'nobody has this id').to.deep.equal(found(uuid(4)));
  });

  it('counts code points, up to 64', async () => {
    expect(await find(` ${smile.repeat(64)} `)).to.deep.equal(found(smile.repeat(64)));
    const failure = await failureOf(() => find(smile.repeat(65)));
    expect(failure.code).to.equal('invalid');
    expect(failure.errors?.map(({ path }) => path)).to.deep.equal(['/query']);
  });

  it('does not search for nothing', async () => {
    expect((await failureOf(() => find('   '))).code).to.equal('invalid');
    expect(Value.Check(findUsers.input, { query: '' })).to.equal(false);
  });

  it('names up to 500 people by their ids, each once, and leaves out those whom the caller shares no chat with', async () => {
    const named = (id: string) => ({ id, username: 'named', displayName: `for ${uuid(1)}` });
    const ids = [uuid(2), uuid(4), uuid(3), uuid(2)].join();
    expect(await ask({ ids })).to.deep.equal({ reply: { users: [named(uuid(2)), named(uuid(3))] } });
    const all = Array.from({ length: 500 }, (_, n) => uuid(1_000 + n));
    expect(Value.Check(findUsers.input, { ids: all.join() })).to.equal(true);
    expect(await ask({ ids: all.join() })).to.deep.equal({ reply: { users: all.map(named) } });
    expect(Value.Check(findUsers.input, { ids: [...all, uuid(4)].join() }), '501').to.equal(false);
  });

  for (const [what, data, path] of [
    ['neither a query nor ids', {}, '/query'],
    ['both', { query: 'ann', ids: uuid(2) }, '/ids'],
    ['what is no id', { ids: 'ann' }, '/ids'],
    ['an id and nothing after the comma', { ids: `${uuid(2)},` }, '/ids'],
    ['ids with spaces', { ids: `${uuid(2)}, ${uuid(3)}` }, '/ids'],
  ] as const) {
    it(`refuses ${what}, and names the field`, async () => {
      const failure = await failureOf(() => ask(data));
      expect([failure.code, failure.errors?.map(each => each.path)]).to.deep.equal(['invalid', [path]]);
    });
  }

  it('counts names by ids apart from searches', () => {
    expect(findUsers.limits?.map(({ given }) => given)).to.deep.equal(['/query', '/ids']);
  });
});
