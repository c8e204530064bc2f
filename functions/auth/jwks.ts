/** The keys by which anybody can check an access token: https://www.rfc-editor.org/rfc/rfc7517#section-5 */
import { single } from '../define.js';
import { exactly } from '../domain/text.js';

export const jwks = single({
  name: 'jwks',
  access: 'public',
  needs: ['tokens'],
  summary: 'Answers the public keys that access tokens are signed with, as a JSON Web Key Set.',
  input: exactly({}),
  handle: ({ ports: { tokens } }) => ({ reply: tokens.jwks() }),
});
