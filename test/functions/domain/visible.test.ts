/** Names that show what they are are taken in every script; those that show nothing, or something else, are not. */
import { expect } from 'chai';
import { visibleName } from '#functions/domain/visible.js';
import { failureOf } from '../../support/failure.js';

const refusal = (text: string) => failureOf(() => visibleName(text, '/displayName', 'the name'));

describe('a name that people see', () => {
  for (const name of [
    'Ann',
    'José María',
    'Jose\u0301',
    '山田 太郎',
    'محمد',
    'علی‌رضا', // with the non-joiner that Persian needs
    'שרה',
    'ชัยวัฒน์',
    'ക്ഷേത്രം',
    '👩‍🚀 Ann',
    '🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}', // Scotland's flag, made of tags
    '❤️',
    '5️⃣',
    'O’Neill-Łukasz & Sons',
    '42',
    '…',
    'Anna\u200f', // the mark that keyboards make
  ]) {
    it(`may be ${JSON.stringify(name)}`, () => expect(visibleName(name, '/displayName', 'x')).to.equal(name));
  }

  it('has no space around it', () => {
    for (const text of ['  Ann\t', '\u00a0Ann\u3000', '\ufeffAnn\n'])
      expect(visibleName(text, '/title', 'x')).to.equal('Ann');
  });

  for (const [what, text] of Object.entries({
    blanks: '   ',
    'no-break spaces': '\u00a0\u202f',
    'wide spaces': '\u3000\u2003',
    'zero width': '\u200b\u200c\u200d\u2060',
    'Hangul fillers': '\u115f\u1160\u3164\uffa0',
    'a Braille blank': '\u2800',
    'a musical blank': '\u{1D159}',
    'a byte order mark': '\ufeff',
    'a soft hyphen': '\u00ad',
    'variation selectors': '\ufe0f\u{E0100}',
    tags: '\u{E0041}\u{E0042}',
    'Mongolian selectors': '\u180e\u180b',
    'a joiner of graphemes': '\u034f',
    'combining marks': '\u0301\u0308',
    'marks of direction': '\u200e\u200f\u061c',
  })) {
    it(`shows nothing when it is ${what}`, async () => {
      const { code, errors, message } = await refusal(text);
      expect({ code, errors }).to.deep.equal({
        code: 'invalid',
        errors: [{ path: '/displayName', message: 'must show something' }],
      });
      expect(message).to.equal('the name must show something');
    });
  }

  for (const [what, text] of Object.entries({
    'a line break': 'a\nb',
    'a carriage return': 'a\rb',
    'a next line': 'a\u0085b',
    'a line separator': 'a\u2028b',
    'a paragraph separator': 'a\u2029b',
    'a bell': 'a\u0007b',
    'a delete': 'a\u007fb',
    'an escape': '\u001b[31mred',
  })) {
    it(`is not taken with ${what}`, async () => expect((await refusal(text)).message).to.match(/one line/));
  }

  for (const control of '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069') {
    it(`is not taken when U+${control.charCodeAt(0).toString(16)} turns it around`, async () =>
      expect((await refusal(`Ann${control}gnp.exe`)).message).to.match(/direction/));
  }
});
