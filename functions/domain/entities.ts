/**
 * Which parts of a text are more than text: bold, a link, a mention. Where they stand is counted in UTF-16 units, as
 * JavaScript counts. They are sorted by where they begin; of two that share a place, one lies within the other.
 */
import { Failure, type Output } from 'function-runtime';
import Type from 'typebox';
import { UserId } from './text.js';

export const ENTITY_TYPES = [
  'bold',
  'italic',
  'code',
  'pre',
  'link',
  'mention',
  'command',
  'hashtag',
  'strike',
  'spoiler',
] as const;

export const MOST_ENTITIES = 100;

/** Of all links of a message together, in code points. */
const URLS_LENGTH = 4_096;

/** No body is longer: a code point is two at most. */
const BODY_UNITS = 8_192;

const members = {
  type: Type.Enum(ENTITY_TYPES),
  offset: Type.Integer({
    minimum: 0,
    maximum: BODY_UNITS,
    description: 'Where it begins, in UTF-16 units',
    examples: [4],
  }),
  length: Type.Integer({ minimum: 1, maximum: BODY_UNITS, description: 'In UTF-16 units', examples: [7] }),
  url: Type.Optional(
    Type.String({
      maxLength: 2_048,
      pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^\\s\\u0000-\\u001F\\u007F\\uD800-\\uDFFF]+$',
      description: 'Of a link: where it leads. Without it, the text is the address',
      examples: ['https://example.org/'],
    }),
  ),
  userId: Type.Optional(UserId),
};

const SAMPLES = { examples: [[{ type: 'bold', offset: 0, length: 3 }]] };

export const Entity = Type.Object(members, { title: 'Entity' });
export type Entity = Output<typeof Entity>;

export const Entities = Type.Array(Entity, { maxItems: MOST_ENTITIES, ...SAMPLES });

/** As a client gives them, who is told of a member that is not known. */
export const GivenEntities = Type.Array(Type.Object(members, { title: 'GivenEntity', additionalProperties: false }), {
  maxItems: MOST_ENTITIES,
  description:
    'In UTF-16 units, sorted; one may lie within another of another type. Without them the server finds links, mentions, commands and hashtags',
  ...SAMPLES,
});

interface Marked {
  readonly body: string;
  readonly entities?: readonly Entity[];
}

/** Throws `invalid`, naming the member at fault, unless these can stand in this text. */
export function checkEntities(body: string, entities: readonly Entity[]): void {
  const around: Entity[] = [];
  let urls = 0;
  for (const [n, entity] of entities.entries()) {
    const wrong = (member: keyof Entity, message: string) => refused(`/entities/${n}/${member}`, message);
    const { type, offset, length, url = '', userId } = entity;
    const before = entities[n - 1];
    if (url !== '' && type !== 'link') throw wrong('url', 'is for links');
    if (userId !== undefined && type !== 'mention') throw wrong('userId', 'is for mentions');
    urls += [...url].length;
    if (urls > URLS_LENGTH) throw wrong('url', `the addresses are longer than ${URLS_LENGTH} characters together`);
    if (offset >= body.length) throw wrong('offset', 'is outside the body');
    if (endOf(entity) > body.length) throw wrong('length', 'reaches beyond the body');
    if (isWithinPair(body, offset)) throw wrong('offset', 'is in the middle of a character');
    if (isWithinPair(body, endOf(entity))) throw wrong('length', 'ends in the middle of a character');
    if (before && (offset < before.offset || (offset === before.offset && length > before.length))) {
      throw wrong('offset', 'must come in order: by where they begin, and what lies within another after it');
    }
    while (around.length > 0 && endOf(around.at(-1) as Entity) <= offset) around.pop();
    const outer = around.at(-1);
    if (outer && endOf(entity) > endOf(outer))
      throw wrong('length', 'overlaps one before: end within it, or begin after');
    if (around.some(each => each.type === type)) throw wrong('type', 'lies within another of this type');
    around.push(entity);
  }
}

/** Entities are made in one way, and so are the same in one form. */
export const saysTheSame = (one: Marked, other: Marked): boolean =>
  one.body === other.body && JSON.stringify(one.entities ?? []) === JSON.stringify(other.entities ?? []);

const endOf = ({ offset, length }: Entity): number => offset + length;

/** Bodies have no half pairs, so the second half of one has the first before it. */
function isWithinPair(body: string, at: number): boolean {
  const unit = body.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function refused(path: string, message: string): Failure {
  return new Failure('invalid', `an entity ${message}`, { errors: [{ path, message }] });
}
