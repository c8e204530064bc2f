import { expect } from 'chai';
import type { Profile } from '#functions/domain/model.js';
import { getProfile } from '#functions/users/getProfile.js';
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
const ports = somePorts({ users: { profile: async userId => (userId === ann.id ? ann : undefined) } });

describe('getProfile', () => {
  it('answers the profile of the caller', async () => {
    expect(await getProfile.handle(testContext({ ports, caller: {} }), testEvent({}))).to.deep.equal({ reply: ann });
  });

  it('says so when the account is gone', async () => {
    const context = testContext({ ports, caller: { userId: uuid(2) } });
    expect((await failureOf(() => getProfile.handle(context, testEvent({})))).code).to.equal('not_found');
  });
});
