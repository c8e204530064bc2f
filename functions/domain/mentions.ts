/**
 * Who is mentioned in a message. A name means whoever of the chat's members has it when the message is stored or edited,
 * and `@all` means everybody, where the owner or an admin says it. A name that means nobody is no mention.
 */
import type { MemberStore } from '../ports/members.js';
import type { Entity } from './entities.js';

/** Stands for all members of a chat. No user has it as id. */
export const EVERYBODY = '00000000-0000-0000-0000-000000000000';
/** The name that means everybody; nobody is mentioned by it who has chosen it as user name. */
const ALL = 'all';
const NOBODY: readonly string[] = [];

interface Text {
  readonly chatId: string;
  readonly senderId: string;
  readonly body: string;
  readonly entities?: readonly Entity[];
}

const NAME = /^@([A-Za-z0-9_]{3,32})$/;

/** In lower case; undefined for what is no mention by name. */
function nameIn(body: string, { type, offset, length, userId }: Entity): string | undefined {
  if (type !== 'mention' || userId !== undefined) return undefined;
  return NAME.exec(body.slice(offset, offset + length))?.[1]?.toLowerCase();
}

const namesIn = ({ body, entities }: Text): readonly string[] =>
  entities ? [...new Set(entities.flatMap(entity => nameIn(body, entity) ?? []))] : NOBODY;

/** Puts into mentions by name who is meant, and takes out those that mean nobody. */
export async function resolveMentions<Item extends Text>(
  members: Pick<MemberStore, 'mentionable'>,
  texts: readonly Item[],
): Promise<readonly Item[]> {
  const asked = texts.flatMap(text => {
    const names = namesIn(text);
    return names.length > 0 ? [{ text, names }] : [];
  });
  if (asked.length === 0) return texts;
  const found = await members.mentionable(
    asked.map(({ text: { chatId, senderId }, names }) => ({ chatId, senderId, names })),
  );
  const meant = new Map(asked.map(({ text }, n) => [text, found[n]]));
  return texts.map(text => {
    const userIds = meant.get(text);
    return userIds
      ? { ...text, entities: text.entities?.flatMap(entity => meaning(text.body, entity, userIds)) }
      : text;
  });
}

function meaning(body: string, entity: Entity, userIds: ReadonlyMap<string, string>): Entity[] {
  const name = nameIn(body, entity);
  if (name === undefined) return [entity];
  const userId = userIds.get(name);
  if (userId === undefined) return [];
  return [userId === EVERYBODY ? entity : { ...entity, userId }];
}

/** Whom a message mentions, once resolved, beside its sender: users, or `EVERYBODY` alone. */
export function mentionedIn({ body, entities, senderId }: Text): readonly string[] {
  if (!entities) return NOBODY;
  if (entities.some(entity => nameIn(body, entity) === ALL)) return [EVERYBODY];
  const userIds = new Set(entities.flatMap(({ userId }) => userId ?? []));
  userIds.delete(senderId);
  return [...userIds];
}
