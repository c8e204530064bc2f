/** Which passwords are taken, and why others are not. */
import { expect } from 'chai';
import { canonicalPassword, checkPassword } from '#functions/domain/password.js';
import { failureOf } from '../../support/failure.js';

const own = { email: 'ann.smith@example.org', username: 'annie_7', displayName: 'Ann Łukasz' };
const check = (password: string) => checkPassword(canonicalPassword(password), own, async text => text === 'sunshine');
const refusal = (password: string) => failureOf(() => check(password));

describe('a password', () => {
  for (const password of ['é'.repeat(8), '☂'.repeat(128), 'correct horse', 'my name is ann.smith', 'annie and bob']) {
    it(`may be ${password.slice(0, 30)}`, () => check(password));
  }

  it('counts as it is normalized: 8 to 128 code points', async () => {
    await check('e\u0301'.repeat(8));
    await check('e\u0301'.repeat(128));
    await check('𝒶𝒷𝒸𝒹𝓍𝓎𝓏𝓌');
    expect((await refusal('e\u0301'.repeat(4))).message).to.equal('the password must have at least 8 characters');
    expect((await refusal('x1y'.repeat(43))).message).to.equal('the password must have at most 128 characters');
    expect((await refusal('\ufdfa'.repeat(8))).message, 'each is 18').to.match(/at most 128/);
  });

  for (const password of [' '.repeat(8), '\u00a0\u3000'.repeat(5), '\u200b'.repeat(9)]) {
    it(`is not blank (${password.codePointAt(0)?.toString(16)})`, async () =>
      expect((await refusal(password)).message).to.equal('the password must not be blank'));
  }

  for (const password of [
    'ann.smith@example.org',
    'ANN.SMITH@EXAMPLE.ORG',
    'ann.smith',
    'AnnSmith',
    'annsmith99',
    '1annsmith!',
    'Annie_7!',
    'annie___7',
    'ann łukasz',
    'ANNŁUKASZ1',
  ]) {
    it(`is not one's own: ${password}`, async () => {
      const { code, errors, message } = await refusal(password);
      expect(code).to.equal('invalid');
      expect(errors).to.deep.equal([{ path: '/password', message: 'must not be your own name or e-mail address' }]);
      expect(message).to.equal('the password must not be your own name or e-mail address');
    });
  }

  it('is not a common one, in whatever width it is typed', async () => {
    for (const password of ['sunshine', 'ｓｕｎｓｈｉｎｅ'])
      expect((await refusal(password)).message).to.match(/guessed first/);
  });
});
