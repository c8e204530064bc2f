/** How each port that a function can need is answered: the stores with SQL, the others by the part of that name. */
import type { Ports } from '../../functions/ports/index.js';
import { accessChangeStore } from '../../functions/stores/accessChanges.js';
import { approachStore, unlimitedApproaches } from '../../functions/stores/approaches.js';
import { chatStore } from '../../functions/stores/chats.js';
import { memberStore } from '../../functions/stores/members.js';
import { messageStore } from '../../functions/stores/messages.js';
import { sessionStore } from '../../functions/stores/sessions.js';
import { userStore } from '../../functions/stores/users.js';
import type { Image } from '../contract/image.js';
import type { Sql } from '../contract/ports.js';
import type { GatewayParts, Parts } from '../parts/parts.js';

type PartPorts = Extract<keyof Ports, keyof GatewayParts>;

const STORES: { readonly [Name in Exclude<keyof Ports, PartPorts>]: (sql: Sql) => Ports[Name] } = {
  users: userStore,
  sessions: sessionStore,
  chats: chatStore,
  members: memberStore,
  messages: messageStore,
  approaches: approachStore,
  accessChanges: accessChangeStore,
};

/** The ports that the image's functions and its guard need, and no others; without limits (load tests), strangers are not counted. Rejects when the image has no part for one. */
export async function makePorts(
  image: Image,
  parts: Parts,
  { limited }: { readonly limited: boolean },
): Promise<Readonly<Record<string, unknown>>> {
  const needs = new Set([...image.bindings.flatMap(({ fn }) => fn.needs as string[]), ...(image.guard?.needs ?? [])]);
  const ports = [...needs].map(async name => [name, await portOf(name as keyof Ports)] as const);
  return Object.fromEntries(await Promise.all(ports));

  async function portOf(name: keyof Ports): Promise<unknown> {
    if (name === 'approaches' && !limited) return unlimitedApproaches();
    if (isStore(name)) return STORES[name](await parts.sql());
    const make = (parts as Partial<GatewayParts>)[name];
    if (!make) throw new Error(`${image.name} has no part for ${name}, which a function of it needs`);
    return make();
  }
}

const isStore = (name: keyof Ports): name is keyof typeof STORES => name in STORES;
