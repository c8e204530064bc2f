/** Whatever is said of a text's stretches, it stays the text. */
import { expect } from 'chai';
import { type Piece, piecesOf, plainOf } from '../../../web/app/entities.js';
import { addressOf } from '../../../web/app/links.js';
import type { Entity } from '../../../web/client/shapes.js';
import { mulberry32 } from '../../support/mulberry32.js';

const is = (type: Entity['type'], offset: number, length: number): Entity => ({ type, offset, length });
const shape = (piece: Piece): unknown =>
  typeof piece === 'string' ? piece : { [piece.entity.type]: piece.pieces.map(shape) };
const leaves = (piece: Piece): string => (typeof piece === 'string' ? piece : piece.pieces.map(leaves).join(''));

describe('a marked text', () => {
  it('is a tree of what lies within what', () => {
    const entities = [is('bold', 0, 7), is('italic', 2, 3), is('code', 8, 2)];
    expect(piecesOf({ body: 'abcdefg hi', entities }).map(shape)).to.deep.equal([
      { bold: ['ab', { italic: ['cde'] }, 'fg'] },
      ' ',
      { code: ['hi'] },
    ]);
  });

  it('has its links where nobody has marked it, and none where it is marked without', () => {
    const body = 'see https://example.org/a now';
    expect(piecesOf({ body }).map(shape)).to.deep.equal(['see ', { link: ['https://example.org/a'] }, ' now']);
    expect(piecesOf({ body, entities: [] }).map(shape)).to.deep.equal([body]);
  });

  it('stays the text, whatever is said of it', () => {
    const random = mulberry32(7);
    const below = (count: number) => Math.floor(random() * count);
    for (let round = 0; round < 2_000; round++) {
      const body = 'one 👍 two three'.slice(0, below(16));
      const entities = Array.from({ length: below(5) }, () => is('bold', below(20) - 2, below(20) - 2));
      expect(piecesOf({ body, entities }).map(leaves).join(''), JSON.stringify(entities)).to.equal(body);
    }
  });

  it('keeps covered what is to be uncovered first, where it is told in passing', () => {
    const entities = [is('bold', 0, 10), is('spoiler', 4, 6)];
    expect(plainOf({ body: 'say secret!', entities })).to.equal('say •••!');
    expect(plainOf({ body: 'say secret!' })).to.equal('say secret!');
  });

  it('leads to the web, and nowhere else', () => {
    expect(addressOf('www.example.org')).to.equal('https://www.example.org/');
    expect(addressOf('HTTP://example.org')).to.equal('http://example.org/');
    for (const bad of ['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'a b'])
      expect(addressOf(bad), bad).to.equal(undefined);
  });
});
