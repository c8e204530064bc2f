/** Which entities a text may have, and what a client is told of those that it may not. */
import { expect } from 'chai';
import fc from 'fast-check';
import { Check } from 'typebox/value';
import { checkEntities, ENTITY_TYPES, type Entity, GivenEntities } from '#functions/domain/entities.js';
import { uuid } from '#runtime/testing/context.js';
import { failureOf } from '../../support/failure.js';

const BODY = 'ab 𝄞 cd';
const bold = (offset: number, length: number): Entity => ({ type: 'bold', offset, length });
const italic = (offset: number, length: number): Entity => ({ type: 'italic', offset, length });
const link = (url: string): Entity => ({ type: 'link', offset: 0, length: 1, url });

describe('entities', () => {
  for (const [what, entities] of [
    ['one of each type', ENTITY_TYPES.map((type): Entity => ({ type, offset: 0, length: 2 }))],
    ['one after the other', [bold(0, 2), bold(2, 1), bold(3, 2)]],
    ['one within another', [bold(0, 8), italic(1, 4), { type: 'code', offset: 3, length: 2 }, italic(6, 2)]],
    ['two in one place', [bold(3, 2), italic(3, 2)]],
    ['the whole text', [bold(0, BODY.length)]],
    [
      'addresses and people',
      [link('HTTPS://example.org/a?b#c'), { type: 'mention', offset: 1, length: 1, userId: uuid(2) }],
    ],
  ] as const) {
    it(`may be ${what}`, () => {
      expect(Check(GivenEntities, entities)).to.equal(true);
      checkEntities(BODY, entities);
    });
  }

  for (const [what, entities, path] of [
    ['begin at the end', [bold(8, 1)], '/entities/0/offset'],
    ['begin beyond it', [bold(0, 1), bold(8_192, 1)], '/entities/1/offset'],
    ['reach beyond it', [bold(7, 2)], '/entities/0/length'],
    ['begin in half a character', [bold(4, 1)], '/entities/0/offset'],
    ['end in half a character', [bold(3, 1)], '/entities/0/length'],
    ['stand in no order', [bold(3, 2), italic(0, 1)], '/entities/1/offset'],
    ['come before what they lie within', [bold(0, 1), italic(0, 2)], '/entities/1/offset'],
    ['overlap', [bold(0, 5), italic(3, 4)], '/entities/1/length'],
    [
      'overlap what another lies within',
      [bold(0, 6), italic(0, 2), { type: 'code', offset: 5, length: 2 }],
      '/entities/2/length',
    ],
    ['lie within their own type', [bold(0, 5), italic(0, 3), bold(1, 1)], '/entities/2/type'],
    ['have an address and are no link', [{ ...bold(0, 1), url: 'https://a.org' }], '/entities/0/url'],
    ['name somebody and are no mention', [{ ...bold(0, 1), userId: uuid(1) }], '/entities/0/userId'],
    [
      'have too long addresses together',
      [0, 1, 2].map((offset): Entity => ({ ...link(`https://${'é'.repeat(1_400)}`), offset })),
      '/entities/2/url',
    ],
  ] as const) {
    it(`may not ${what}`, async () => {
      expect(Check(GivenEntities, entities)).to.equal(true);
      const failure = await failureOf(async () => checkEntities(BODY, entities));
      expect(failure.code).to.equal('invalid');
      expect(failure.errors?.map(error => error.path)).to.deep.equal([path]);
    });
  }

  for (const entity of [
    { offset: 0, length: 1 },
    { type: 'underline', offset: 0, length: 1 },
    { type: 'bold', length: 1 },
    { type: 'bold', offset: -1, length: 1 },
    { type: 'bold', offset: 0.5, length: 1 },
    { type: 'bold', offset: '0', length: 1 },
    { type: 'bold', offset: 0, length: 0 },
    { type: 'bold', offset: 0, length: 8_193 },
    { type: 'bold', offset: 0, length: 1, colour: 'red' },
    link('javascript:alert(1)'),
    link('ftp://a.org'),
    link('https://'),
    link('https://a b'),
    link(`https://${'x'.repeat(2_048)}`),
    { type: 'mention', offset: 0, length: 1, userId: 'ann' },
    null,
  ]) {
    it(`are not of the form of ${JSON.stringify(entity).slice(0, 80)}`, () => {
      expect(Check(GivenEntities, [entity])).to.equal(false);
    });
  }

  it('are a hundred at most', () => {
    const entities = (count: number) => Array.from({ length: count }, (_, offset) => bold(offset, 1));
    expect([100, 101].map(count => Check(GivenEntities, entities(count)))).to.deep.equal([true, false]);
  });

  it('stand where they say, whole characters of the text, whatever is taken', () => {
    const entity = fc.record({
      type: fc.constantFrom(...ENTITY_TYPES),
      offset: fc.nat(8),
      length: fc.integer({ min: 1, max: 8 }),
    });
    let taken = 0;
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.array(entity, { minLength: 1, maxLength: 2 }),
        (body, entities) => {
          try {
            checkEntities(body, entities);
          } catch {
            return;
          }
          taken += 1;
          for (const { offset, length } of entities) {
            const part = body.slice(offset, offset + length);
            expect(part).to.have.length(length);
            expect(part).to.match(/^\P{Surrogate}*$/u);
          }
        },
      ),
      { numRuns: 2_000 },
    );
    expect(taken).to.be.greaterThan(50);
  });
});
