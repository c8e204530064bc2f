import { expect } from 'chai';
import { callerOf } from '#functions/access/caller.js';
import { testContext, uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';

describe('callerOf', () => {
  it('answers who calls', () => {
    expect(callerOf(testContext({ ports: {}, caller: { userId: uuid(3) } })).userId).to.equal(uuid(3));
  });

  it('refuses a call that nobody makes', async () => {
    expect(await failureOf(() => callerOf(testContext({ ports: {} })))).to.include({ code: 'unauthorized' });
  });
});
