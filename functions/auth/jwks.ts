/** The keys by which anybody can check an access token: https://www.rfc-editor.org/rfc/rfc7517#section-5 */
import Type from 'typebox';
import { single } from '../define.js';
import { strictObject } from '../domain/text.js';

const KeySet = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {},
        { title: 'PublicKey', description: 'A JSON Web Key', examples: [{ kty: 'EC', crv: 'P-256', alg: 'ES256' }] },
      ),
    ),
  },
  { title: 'KeySet' },
);

export const jwks = single({
  name: 'jwks',
  access: 'public',
  needs: ['tokens'],
  summary: 'Returns the public keys that verify access tokens, as a JSON Web Key Set.',
  input: strictObject({}),
  output: { ok: KeySet },
  handle: ({ ports: { tokens } }) => ({ reply: tokens.jwks() }),
});
