import { expect } from 'chai';
import { jwks } from '#functions/auth/jwks.js';
import { testContext, testEvent } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';

describe('jwks', () => {
  it('answers the key set as it is', async () => {
    const keys = [{ kty: 'EC', crv: 'P-256', alg: 'ES256', kid: '1', x: 'x', y: 'y' }];
    const ports = somePorts({ tokens: { jwks: () => ({ keys }) } });
    expect(await jwks.handle(testContext({ ports }), testEvent({}))).to.deep.equal({ reply: { keys } });
  });
});
