/** How each port that a function can need is answered: the stores with SQL, the others by a driver. */
import type { Ports } from '../../functions/ports/index.js';
import { chatStore } from '../../functions/stores/chats.js';
import { memberStore } from '../../functions/stores/members.js';
import { messageStore } from '../../functions/stores/messages.js';
import { sessionStore } from '../../functions/stores/sessions.js';
import { userStore } from '../../functions/stores/users.js';
import type { Image } from '../contract/image.js';
import type { Parts } from '../parts.js';

const PORTS: { readonly [Name in keyof Ports]: (parts: Parts) => Promise<Ports[Name]> } = {
  users: async parts => userStore(await parts.sql()),
  sessions: async parts => sessionStore(await parts.sql()),
  chats: async parts => chatStore(await parts.sql()),
  members: async parts => memberStore(await parts.sql()),
  messages: async parts => messageStore(await parts.sql()),
  presence: parts => parts.presence(),
  passwords: parts => parts.passwords(),
  tokens: parts => parts.tokens(),
};

/** The ports that the image's functions and its guard need, and no others. */
export async function makePorts(image: Image, parts: Parts): Promise<Readonly<Record<string, unknown>>> {
  const needs = new Set([...image.bindings.flatMap(({ fn }) => fn.needs as string[]), ...(image.guard?.needs ?? [])]);
  const ports: Record<string, unknown> = {};
  for (const name of needs) ports[name] = await PORTS[name as keyof Ports](parts);
  return ports;
}
