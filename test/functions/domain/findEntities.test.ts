/** What the server finds in texts, and that it stands where it says, whatever the text. */
import { expect } from 'chai';
import fc from 'fast-check';
import { checkEntities } from '#functions/domain/entities.js';
import { findEntities } from '#functions/domain/findEntities.js';
import { linksIn } from '../../../web/app/links.js';

const found = (body: string) =>
  findEntities(body).map(({ type, offset, length }) => `${type} ${body.slice(offset, offset + length)}`);

/** Texts in which something is likely to be found, also where it nearly is. */
const aText = fc
  .array(
    fc.oneof(
      fc.constantFrom(' ', '\n', 'http://', 'https://', 'www.', '@', '#', '/', '&', '.', '_', 'a.org', '@ann', '#tag'),
      fc.constantFrom('/start', '/start@bot', '𝄞', '👩‍👩‍👧', 'é', 'пример.рф', '(', ')', '7', ':99999', 'x'.repeat(33)),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 30 },
  )
  .map(parts => parts.join('').replaceAll('\0', ' '));

describe('findEntities', () => {
  for (const [body, ...expected] of [
    ['nothing here, e.g. no sign'],
    ['see https://example.org/a_(b).', 'link https://example.org/a_(b)'],
    ['WWW.example.org and http://localhost:8080/', 'link WWW.example.org', 'link http://localhost:8080/'],
    ['@ann and (@Ben_2), @c3d!', 'mention @ann', 'mention @Ben_2', 'mention @c3d'],
    ['@ann’s, @ann.', 'mention @ann', 'mention @ann'],
    ['@an', ...[]],
    [`@${'x'.repeat(33)} `],
    ['ann@example.org, @@ann, @ann@example.org, é@ann, #@ann, /@ann, 1@ann'],
    [
      '#one, (#2nd) #straße #日本 #e\u0301t\u00e9',
      'hashtag #one',
      'hashtag #2nd',
      'hashtag #straße',
      'hashtag #日本',
      'hashtag #e\u0301té',
    ],
    ['#می\u200cخواهم', 'hashtag #می\u200cخواهم'],
    ['#1, #_, #, ##a, a#b, &#39;, #a#b, #tag@ann, x.org/#top'],
    ['/start now, or\n/help@help_bot', 'command /start', 'command /help@help_bot'],
    ['1/2 and/or /usr/bin ./run (/no) /a/ /é'],
    ['𝄞 @ann 👩‍👩‍👧 #a', 'mention @ann', 'hashtag #a'],
    ['https://a.org/@ann#tag @ann', 'link https://a.org/@ann#tag', 'mention @ann'],
    ['javascript:alert(1) ftp://a.org mailto:a@b.org //a.org main.py'],
  ] as const) {
    it(`finds ${expected.length} in ${JSON.stringify(body)}`, () => {
      expect(found(body)).to.deep.equal(expected);
    });
  }

  it('finds the first hundred', () => {
    expect(findEntities('#a '.repeat(101))).to.have.length(100);
  });

  it('finds what a client could have given: in order, apart, within the text, and no half characters', () => {
    fc.assert(
      fc.property(aText, body => {
        checkEntities(body, findEntities(body));
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds each by its sign, alone', () => {
    const form = { link: /^(https?:\/\/|www\.)/i, mention: /^@\w+$/, hashtag: /^#\S+$/, command: /^\/\w+(@\w+)?$/ };
    fc.assert(
      fc.property(aText, body => {
        for (const { type, offset, length } of findEntities(body)) {
          expect(body.slice(offset, offset + length)).to.match(form[type as keyof typeof form]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds the links that the page finds, and what looks like one and is no address', () => {
    fc.assert(
      fc.property(aText, body => {
        const links = found(body).flatMap(each => (each.startsWith('link ') ? [each.slice(5)] : []));
        const real = links.filter(text => URL.canParse(/^www/i.test(text) ? `https://${text}` : text));
        expect(real).to.deep.equal(linksIn(body).map(({ from, to }) => body.slice(from, to)));
      }),
      { numRuns: 2_000 },
    );
  });
});
