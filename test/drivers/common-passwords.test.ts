/** Which passwords are known for common. */
import { expect } from 'chai';
import { commonPasswords } from '#runtime/drivers/common-passwords.js';

describe('common passwords', () => {
  const isCommon = commonPasswords();
  const COMMON = `password 12345678 aaaaaaaa qwertyuiop 11111111 00000000 88888888 87654321 12341234 12121212 iloveyou
    Password PASSWORD1 password1 trustno1 sunshine princess football baseball superman letmein1 welcome1 1q2w3e4r 1qaz2wsx
    zaq12wsx asdfghjkl lkjhgfds qwertzui abcdefgh 09876543 abcabcabc abcabcab passwordpassword 19871987 123123123 qwerty123
    changeme starwars michelle computer whatever p@ssw0rd`.split(/\s+/);
  for (const password of COMMON) {
    it(`are ${password}`, async () => expect(await isCommon(password)).to.equal(true));
  }

  for (const password of [
    'correct horse',
    'seven green lamps by the canal',
    'hj7Kq2vX',
    'abcdefgx1',
    'aaaaaaab',
    'привет всем',
  ]) {
    it(`are not ${password}`, async () => expect(await isCommon(password)).to.equal(false));
  }

  it('take no time to tell, however long the text', async () => {
    const since = performance.now();
    for (const unit of ['a', 'ab', 'abcdefghijklmnop', 'a1b2']) await isCommon(`${unit.repeat(500).slice(0, 2_000)}!`);
    expect(performance.now() - since).to.be.below(500);
  });
});
