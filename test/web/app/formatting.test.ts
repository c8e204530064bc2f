/** The formatting of a text that is edited stays with the words that it is on; what can be found in it is found anew. */
import { expect } from 'chai';
import fc from 'fast-check';
import { checkEntities } from '#functions/domain/entities.js';
import { findEntities } from '#functions/domain/findEntities.js';
import { entitiesWith, foundIn, givenIn, moved } from '../../../web/app/formatting.js';
import type { Entity } from '../../../web/client/shapes.js';

const BODY = 'some bold words';
const BOLD: Entity = { type: 'bold', offset: 5, length: 4 };
/** What the bold words are after an edit. */
const boldIn = (after: string, before = BODY, entity = BOLD) =>
  moved([entity], before, after).map(({ offset, length }) => after.slice(offset, offset + length));

describe('formatting of a text that is edited', () => {
  for (const [what, after, bold] of [
    ['before it', 'and some bold words', ['bold']],
    ['after it', 'some bold words more', ['bold']],
    ['within it', 'some bo-ld words', ['bo-ld']],
    ['right before it', 'some very bold words', ['bold']],
    ['right after it', 'some bolder words', ['bold']],
    ['in its place', 'some fat words', ['fat']],
    ['over its end', 'some boards', ['bo']],
    ['over its beginning', 'told words', ['old']],
    ['over all of it', 'nothing', []],
    ['away with it', 'some words', []],
  ] as const)
    it(`follows what is written ${what}`, () => expect(boldIn(after)).to.deep.equal(bold));

  it('never ends in the middle of a character', () => {
    const at: Entity = { type: 'bold', offset: 0, length: 2 };
    expect(boldIn('😁 x', '😀 x', at)).to.deep.equal(['😁']);
    expect(boldIn('a😁', 'a😀', { ...at, offset: 1 })).to.deep.equal(['😁']);
  });

  describe('finds what the server finds', () => {
    const found = (body: string) => [...foundIn(body)].sort((a, b) => a.offset - b.offset);
    for (const [of, bodies] of Object.entries({
      links: [
        'https://a.org/#x http://a.org/@ben?b=/c, (www.b.org/_(x)). HTTPS://A.ORG/ä WWW.B.ORG',
        'www.b.org. www. https:// http://a b.org a.org main.py //a.org ftp://a.org mailto:a@b.org me@www.b.org',
        'https://a.org:99999/ https://[::1]/ https://exa mple.org https://a..b http://127.0.0.1/x https://ä.example',
      ],
      mentions: [
        `@ben, (@Bea_9)! @ab @abc @${'x'.repeat(32)} @${'x'.repeat(33)}`,
        'a@b.org @me/x @@ben @ben@bea #@ben /@ben &@ben @ben\u0301',
      ],
      hashtags: ['#tag #ä #日本語 #1 #1a #_ #_a #a-b', 'a#tag ##tag #tag#tag @#tag /#tag &#39; #ni\u200Cm #\u0301a'],
      commands: [
        '/help /help@bot x/help /help/x /a@b /help@ab',
        `/start\n/stop\t/x /${'x'.repeat(33)} 1/2 /help@bot@bot`,
      ],
      'what is beside each other': [
        '@ben, see #tag and /help@bot: https://a.org/#x',
        'a@b.org 1/2 @me/x #1 www.b.org.',
        '#ä @ab @abc',
        '',
      ],
    }))
      it(of, () => {
        for (const body of bodies) expect(found(body), body).to.deep.equal(findEntities(body));
      });

    it('whatever is put together', () => {
      const pieces = fc.constantFrom(
        ...[
          '@',
          '#',
          '/',
          '&',
          '_',
          '.',
          ':',
          '(',
          ')',
          ' ',
          '\n',
          '\u200C',
          '\u0301',
          '1',
          'ab',
          'ben',
          'Ä',
          '日',
          '😀',
        ],
        ...['www.', 'WWW.', 'http://', 'https://', 'ftp://', 'mailto:', 'a.org', '@ben', '#tag', '/help'],
      );
      fc.assert(
        fc.property(fc.array(pieces, { maxLength: 14 }), words => {
          const body = words.join('');
          expect(found(body), body).to.deep.equal(findEntities(body));
        }),
        { numRuns: 3_000 },
      );
    });
  });

  it('says nothing where nothing is given, so that the server finds all', () => {
    const entities: Entity[] = [
      { type: 'mention', offset: 0, length: 4, userId: 'ben' },
      { type: 'hashtag', offset: 5, length: 4 },
    ];
    expect(givenIn('@ben #tag', entities)).to.deep.equal([]);
    expect(entitiesWith([], '@ben #tag')).to.equal(undefined);
  });

  it('keeps what is given beside what is found, and finds nothing in code', () => {
    const code: Entity = { type: 'code', offset: 0, length: 4 };
    expect(entitiesWith([code], '@ben @bea')).to.deep.equal([code, { type: 'mention', offset: 5, length: 4 }]);
    const bold: Entity = { type: 'bold', offset: 0, length: 9 };
    expect(entitiesWith([bold], '@ben @bea')?.map(({ type }) => type)).to.deep.equal(['bold', 'mention', 'mention']);
  });

  it('is such as the server takes it, whatever is written', () => {
    const words = fc.array(fc.constantFrom('a', 'bold', ' ', '😀', '😁', '@ben', '#tag', 'www.a.org ', '/x', '\n'), {
      ...{ minLength: 1, maxLength: 12 },
    });
    const types = fc.constantFrom('bold' as const, 'italic' as const, 'code' as const, 'spoiler' as const);
    fc.assert(
      fc.property(
        words,
        fc.array(words, { maxLength: 4 }),
        types,
        fc.nat(11),
        fc.nat(11),
        (first, edits, type, a, b) => {
          const [from, to] = [Math.min(a, b) % first.length, (Math.max(a, b) % first.length) + 1];
          const [head, inner] = [
            first.slice(0, Math.min(from, to)).join(''),
            first.slice(Math.min(from, to), to).join(''),
          ];
          let text = first.join('');
          let given: readonly Entity[] = inner ? [{ type, offset: head.length, length: inner.length }] : [];
          for (const next of edits.map(each => each.join(''))) {
            given = moved(given, text, next);
            text = next;
          }
          const entities = entitiesWith(given, text);
          if (entities) checkEntities(text, entities as Parameters<typeof checkEntities>[1]);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
