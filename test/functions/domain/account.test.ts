import { expect } from 'chai';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { canonicalEmail, DisplayName, Email, Password, Username, usernameFor } from '#functions/domain/account.js';
import { uuid } from '#runtime/testing/context.js';

const smile = '\u{1F600}';

describe('the fields of an account', () => {
  for (const email of ['ann@example.com', "o'neil+chat@mail.example.co.uk", 'A@B', 'x@a-b.example']) {
    it(`takes the address ${email}`, () => expect(Value.Check(Email, email)).to.equal(true));
  }

  for (const email of ['', 'ann', '@example.com', 'ann@', 'ann@@example.com', 'a b@example.com', ' ann@example.com']) {
    it(`refuses the address '${email}'`, () => expect(Value.Check(Email, email)).to.equal(false));
  }

  for (const email of [
    'ann@-example.com',
    'ann@example..com',
    'ann@example.com\n',
    'ann\0@example.com',
    'ann@éxample.com',
  ]) {
    it(`refuses the address ${JSON.stringify(email)}`, () => expect(Value.Check(Email, email)).to.equal(false));
  }

  it('takes addresses of up to 254 characters', () => {
    const longest = `${'a'.repeat(254 - '@example.com'.length)}@example.com`;
    expect(Value.Check(Email, longest)).to.equal(true);
    expect(Value.Check(Email, `a${longest}`)).to.equal(false);
  });

  it('answers at once to an address made to keep the pattern busy', () => {
    const started = performance.now();
    expect(Value.Check(Email, `${'a'.repeat(100)}@${'a-'.repeat(70)}!`)).to.equal(false);
    expect(performance.now() - started).to.be.below(1000);
  });

  it('counts a password in code points, 8 to 512 before it is normalized', () => {
    for (const [length, fits] of [
      [7, false],
      [8, true],
      [512, true],
      [513, false],
    ] as const) {
      expect(Value.Check(Password, smile.repeat(length)), `${length}`).to.equal(fits);
    }
  });

  it('refuses NUL and half a surrogate pair in passwords and display names', () => {
    for (const bad of ['\0', '\uD83D', '\uDE00']) {
      expect(Value.Check(Password, `12345678${bad}`)).to.equal(false);
      expect(Value.Check(DisplayName, `Ann${bad}`)).to.equal(false);
    }
  });

  it('takes user names of 3 to 32 letters, digits and underscores', () => {
    for (const fits of ['ann', 'Ann_1', 'a'.repeat(32)]) expect(Value.Check(Username, fits), fits).to.equal(true);
    for (const bad of ['an', 'a'.repeat(33), 'ann b', 'ann-b', 'änn', 'ann\n']) {
      expect(Value.Check(Username, bad), JSON.stringify(bad)).to.equal(false);
    }
  });

  it('takes display names of 1 to 64 code points', () => {
    expect(Value.Check(DisplayName, '')).to.equal(false);
    expect(Value.Check(DisplayName, smile.repeat(64))).to.equal(true);
    expect(Value.Check(DisplayName, smile.repeat(65))).to.equal(false);
  });

  it('writes addresses in lower case', () => expect(canonicalEmail('Ann@Example.COM')).to.equal('ann@example.com'));
});

describe('usernameFor', () => {
  it('tells nothing but the end of the id, and never the address', () => {
    expect(usernameFor(uuid(42))).to.equal('user_000000000042');
  });

  it('is a valid user name for every id', () => {
    fc.assert(fc.property(fc.uuid({ version: 7 }), id => Value.Check(Username, usernameFor(id))));
  });
});
