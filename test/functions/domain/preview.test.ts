/** What pages say of themselves, in all the ways in which they do, and that no page can make it long, odd or slow. */
import { expect } from 'chai';
import fc from 'fast-check';
import { Check } from 'typebox/value';
import { firstLink } from '#functions/domain/first-link.js';
import { previewOf } from '#functions/domain/page-preview.js';
import { Preview } from '#functions/domain/preview.js';

const URL = 'https://example.org/';
const said = (head: string) => previewOf(URL, `<!doctype html><head>${head}</head><body>`);
const meta = (name: string, content: string) => `<meta property="${name}" content="${content}">`;

describe('a preview', () => {
  it('is what the page says for previews, rather than for its window', () => {
    const head = [
      '<title>Window</title><meta name="description" content="for search">',
      '<meta name="twitter:title" content="Card">',
      meta('og:title', 'A &amp; B &#x27;quoted&#x27;'),
      meta('og:description', ' two\n lines '),
      meta('og:site_name', 'Example'),
      meta('og:title', 'later'),
    ];
    expect(said(head.join(''))).to.deep.equal({
      ...{ url: URL, title: "A & B 'quoted'", description: 'two lines', siteName: 'Example' },
    });
  });

  it('is what there is', () => {
    expect(said('<TITLE>\n Old\n page </TITLE>')).to.deep.equal({ url: URL, title: 'Old page' });
    expect(said('<meta name=description content="no title">')).to.deep.equal({ url: URL, description: 'no title' });
    expect(said(`<title>same</title>${meta('og:description', 'same')}`)).to.deep.equal({ url: URL, title: 'same' });
    expect(said(`${meta('og:title', '  ')}<title>Title</title>`)).to.deep.equal({ url: URL, title: 'Title' });
    expect(said('<svg><title>drawing</title></svg><title>Page</title>')).to.deep.equal({ url: URL, title: 'Page' });
    expect(previewOf(URL, '<body><meta property="og:title" content="below">')).to.deep.equal({
      url: URL,
      title: 'below',
    });
    for (const nothing of ['', '<title></title>', meta('og:site_name', 'alone'), '<script><title>no</title></script>'])
      expect(said(nothing), nothing).to.equal(undefined);
  });

  it('is no longer than it may be, of whole characters', () => {
    const { title = '', description = '' } =
      said(`<title>${'🎒'.repeat(500)}</title>${meta('og:description', 'x'.repeat(500_000))}`) ?? {};
    expect([...title]).to.have.length(200);
    expect(title.endsWith('🎒…')).to.equal(true);
    expect([...description]).to.have.length(400);
  });

  it('says nothing that is not seen, and turns no text around', () => {
    const head = '<title>a\u202eb\u2066c\u0007d\ud800e\ufeff 👩‍👩‍👧</title>';
    expect(said(head)?.title).to.equal('abc de 👩‍👩‍👧');
  });

  it('is what may be stored, whatever the page', () => {
    const aPiece = fc.oneof(
      fc.constantFrom(
        '<title>',
        '</title>',
        '<meta property="og:title" content="',
        '">',
        '<svg>',
        '<!--',
        '-->',
        '<![CDATA[',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('&#0;', '&#xd800;', '&amp', '<script>', '</', '<x'.repeat(400)),
    );
    fc.assert(
      fc.property(fc.array(aPiece, { maxLength: 20 }), pieces => {
        const preview = previewOf(URL, pieces.join(''));
        return preview === undefined || Check(Preview, preview);
      }),
      { numRuns: 100 },
    );
  });

  for (const [what, page] of [
    ['elements in elements', '<b>'.repeat(87_000) + '</i>'.repeat(65_000)],
    ['beginnings of comments', '<!--'.repeat(130_000)],
    ['attributes', `<meta ${'a=b '.repeat(130_000)}>`],
    ['entities', `<title>${'&amp;'.repeat(100_000)}</title>`],
    ['quotes', `<meta content="${'x="'.repeat(170_000)}`],
  ] as const) {
    it(`is soon there of half a megabyte of ${what}`, () => {
      const since = performance.now();
      previewOf(URL, page);
      // A tenth of a second. What takes a step of its own for every byte that came before would take minutes.
      expect(performance.now() - since).to.be.below(10_000);
    });
  }
});

describe('the first link', () => {
  const link = (body: string, ...entities: readonly object[]) => firstLink({ body, entities: entities as never });

  it('leads to the web, or there is none', () => {
    expect(link('no')).to.equal(undefined);
    expect(
      link(
        'see www.a.org, http://b.org',
        { type: 'link', offset: 4, length: 9 },
        { type: 'link', offset: 15, length: 12 },
      ),
    ).to.equal('https://www.a.org');
    expect(link('see HTTP://b.org', { type: 'link', offset: 4, length: 12 })).to.equal('HTTP://b.org');
    expect(link('see here', { type: 'link', offset: 4, length: 4, url: 'https://a.org/x' })).to.equal(
      'https://a.org/x',
    );
    expect(link('mailto:a@b.org', { type: 'link', offset: 0, length: 14 })).to.equal(undefined);
  });

  it('is not looked up where it is covered, or shown as it is written', () => {
    for (const type of ['spoiler', 'code', 'pre'])
      expect(link('http://a.org', { type, offset: 0, length: 12 }, { type: 'link', offset: 0, length: 12 })).to.equal(
        undefined,
      );
    expect(
      link('http://a.org', { type: 'bold', offset: 0, length: 12 }, { type: 'link', offset: 0, length: 12 }),
    ).to.equal('http://a.org');
  });
});
