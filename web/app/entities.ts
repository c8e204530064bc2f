/** A text and what its stretches are, as a tree: whatever was told, its leaves make up the text. */
import { mentionsUser } from '../client/mentions.js';
import type { Entity, Message } from '../client/shapes.js';
import { linksIn } from './links.js';
import type { Shown } from './rows.js';

export type Piece = string | { readonly entity: Entity; readonly pieces: readonly Piece[] };

type Marked = Pick<Message, 'body'> & { readonly entities?: readonly Entity[] | undefined };

/** A message that is on its way, or of a server that finds none, has its links all the same. */
const entitiesOf = ({ body, entities }: Marked): readonly Entity[] =>
  entities ?? linksIn(body).map(({ from, to, href }) => ({ type: 'link', offset: from, length: to - from, url: href }));

/** What overlaps another, or is outside the text, is left out. */
export function piecesOf(text: Marked): readonly Piece[] {
  const { body } = text;
  const entities = entitiesOf(text);
  let next = 0;
  function within(from: number, to: number): readonly Piece[] {
    const pieces: Piece[] = [];
    let at = from;
    for (let entity = entities[next]; entity && entity.offset < to; entity = entities[next]) {
      next += 1;
      const { offset, length } = entity;
      if (offset < at || length <= 0 || offset + length > to) continue;
      if (offset > at) pieces.push(body.slice(at, offset));
      at = offset + length;
      pieces.push({ entity, pieces: within(offset, at) });
    }
    if (at < to) pieces.push(body.slice(at, to));
    return pieces;
  }
  return within(0, body.length);
}

const VEIL = '•••';

/** The text where it is shown in passing: what is to be uncovered first stays covered. */
export function plainOf(text: Marked): string {
  const covered = (piece: Piece): string => {
    if (typeof piece === 'string') return piece;
    return piece.entity.type === 'spoiler' ? VEIL : piece.pieces.map(covered).join('');
  };
  return text.entities ? piecesOf(text).map(covered).join('') : text.body;
}

/** Whether a stretch of a message mentions the user. */
export const meansUser = (message: Shown, entity: Entity, userId: string): boolean =>
  mentionsUser({ ...message, entities: [entity] }, userId);
