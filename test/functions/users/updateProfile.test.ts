import { expect } from 'chai';
import { Value } from 'typebox/value';
import type { Profile } from '#functions/domain/model.js';
import { updateProfile } from '#functions/users/updateProfile.js';
import { Failure } from '#runtime/contract/failure.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';
import { somePorts } from '../../support/ports.js';

const ann: Profile = {
  id: uuid(1),
  email: 'ann@example.com',
  username: 'ann',
  displayName: 'Ann',
  createdAt: '2026-01-01T00:00:00.000Z',
};
const ports = somePorts({
  users: {
    update: async (userId, change) => {
      if (change.username === 'bob') throw new Failure('conflict', 'the user name is taken');
      return userId === ann.id ? { ...ann, ...change } : undefined;
    },
  },
});
const context = testContext({ ports, caller: {} });

describe('updateProfile', () => {
  for (const change of [{ username: 'annie' }, { displayName: 'Annie' }, { username: 'annie', displayName: 'Annie' }]) {
    it(`changes ${Object.keys(change).join(' and ')} and nothing else`, async () => {
      expect(await updateProfile.handle(context, testEvent(change))).to.deep.equal({ reply: { ...ann, ...change } });
    });
  }

  it('refuses a name that shows nothing, and takes the space off another', async () => {
    const failure = await failureOf(() => updateProfile.handle(context, testEvent({ displayName: '\u00a0\u200b' })));
    expect([failure.code, failure.errors?.[0]?.path]).to.deep.equal(['invalid', '/displayName']);
    const { reply } = await updateProfile.handle(context, testEvent({ displayName: ' Annie ' }));
    expect(reply).to.include({ displayName: 'Annie' });
  });

  it('wants something to change', async () => {
    const failure = await failureOf(() => updateProfile.handle(context, testEvent({})));
    expect(failure.code).to.equal('invalid');
    expect(failure.errors).to.deep.equal([{ path: '', message: 'give a username, a displayName, or both' }]);
  });

  it('lets the conflict pass when the user name is taken', async () => {
    const failure = await failureOf(() => updateProfile.handle(context, testEvent({ username: 'bob' })));
    expect(failure.code).to.equal('conflict');
  });

  it('says so when the account is gone', async () => {
    const gone = testContext({ ports, caller: { userId: uuid(2) } });
    const failure = await failureOf(() => updateProfile.handle(gone, testEvent({ displayName: 'Annie' })));
    expect(failure.code).to.equal('not_found');
  });

  it('does not take what cannot be changed', () => {
    for (const bad of [{ email: 'ann@example.org' }, { id: uuid(2) }, { username: 'x' }, { displayName: '' }]) {
      expect(Value.Check(updateProfile.input, bad), JSON.stringify(bad)).to.equal(false);
    }
  });
});
