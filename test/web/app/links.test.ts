/** Links in a text are found as far as they reach, and lead to the web only. */
import { expect } from 'chai';
import { linksIn } from '../../../web/app/links.js';

const found = (text: string) => linksIn(text).map(({ from, to, href }) => [text.slice(from, to), href]);

describe('links in a text', () => {
  for (const [text, shown, href] of [
    ['see https://en.wikipedia.org/wiki/A_(b)', 'https://en.wikipedia.org/wiki/A_(b)'],
    ['(https://en.wikipedia.org/wiki/A_(b))', 'https://en.wikipedia.org/wiki/A_(b)'],
    ['(see https://example.org/a)', 'https://example.org/a'],
    ['https://example.org/a_(b)_(c).', 'https://example.org/a_(b)_(c)'],
    ['[https://example.org/a]', 'https://example.org/a'],
    ['https://example.org/a?b=1.', 'https://example.org/a?b=1'],
    ['really https://example.org/a?', 'https://example.org/a'],
    ['go to https://example.org/a!', 'https://example.org/a'],
    ['«https://example.org/ä»', 'https://example.org/ä', 'https://example.org/%C3%A4'],
    ['HTTPS://EXAMPLE.ORG/Path', 'HTTPS://EXAMPLE.ORG/Path', 'https://example.org/Path'],
    ['Http://Example.org', 'Http://Example.org', 'http://example.org/'],
    ['see www.example.org.', 'www.example.org', 'https://www.example.org/'],
    ['WWW.example.org/a', 'WWW.example.org/a', 'https://www.example.org/a'],
    ['http://localhost:8080/docs', 'http://localhost:8080/docs'],
    ['https://пример.рф/путь', 'https://пример.рф/путь', new URL('https://пример.рф/путь').href],
  ] as const) {
    it(`are there in ${text}`, () => {
      expect(found(text)).to.deep.equal([[shown, href ?? shown]]);
    });
  }

  it('are found one after the other', () => {
    expect(found('https://a.org, www.b.org').map(([text]) => text)).to.deep.equal(['https://a.org', 'www.b.org']);
  });

  for (const text of [
    'javascript:alert(1)',
    'JAVASCRIPT://example.org/%0aalert(1)',
    'data:text/html,<b>',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://example.org/a',
    'mailto:ann@example.org',
    'ann@example.org',
    '//example.org',
    'main.py',
    'example.org',
    'https://',
    'www.',
    'awww.example.org',
  ]) {
    it(`are not there in ${text}`, () => {
      expect(found(text)).to.deep.equal([]);
    });
  }
});
