import { expect } from 'chai';
import { Value } from 'typebox/value';
import { findUsers } from '../../../functions/users/findUsers.js';
import { testContext, testEvent, uuid } from '../../../runtime/testing/context.js';
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
    search: async (query, askerId) => [{ id: uuid(2), username: 'bob', displayName: `${query} for ${askerId}` }],
  },
});
const find = (query: string) => findUsers.handle(testContext({ ports, caller: {} }), testEvent({ query }));
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
    expect(Value.Check(findUsers.input, {})).to.equal(false);
  });
});
