/** Who is in a simulation: the processes, the people with their devices, and the groups that they are in. */
import { createDevice, type Device } from './clients/device.js';
import { newObservations } from './clients/observations.js';
import { createPhone } from './clients/phone.js';
import { tokenOf } from './parts/stores.js';
import type { Front } from './system/gateway.js';
import { images } from './system/images.js';
import { createProcess } from './system/process.js';
import type { World } from './system/world.js';

export type Cast = ReturnType<typeof createCast>;

const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

export function createCast(world: World) {
  const seen = newObservations();
  const people = [1, 2, 3, 4].map(id);
  /** Two that were there before, and those that are made meanwhile. */
  const chats = [id(101), id(102)];
  for (const chatId of chats) world.databaseServer.database.createGroup(chatId, people);

  const named = (image: keyof typeof images, names: readonly string[]) =>
    names.map(name => createProcess(world, images[image], name));
  const gateways = named('gateway', ['gateway-1', 'gateway-2']);
  const services = named('chatSvc', ['chat-1', 'chat-2', 'chat-3']);
  const presences = named('presenceSvc', ['presence-1', 'presence-2']);
  const fronts = (): Front[] => gateways.flatMap(each => each.front() ?? []);

  const { scheduler } = world;
  let sessions = 200;
  function signIn(userId: string) {
    const sessionId = id(++sessions);
    world.databaseServer.database.signIn(sessionId, userId);
    return { userId, sessionId, token: tokenOf(userId, sessionId) };
  }
  /** With which people ask for something elsewhere than on their devices. */
  const tokens = new Map(people.map(userId => [userId, signIn(userId).token]));
  const tokenOfUser = (userId: string): string => tokens.get(userId) ?? '';
  const rules = world.clientRules;
  /** The first has two. */
  const devices: Device[] = people.flatMap((userId, at) =>
    ['a', ...(at === 0 ? ['b'] : [])].map(letter =>
      createDevice({ scheduler, name: `p${at + 1}${letter}`, ...signIn(userId), fronts, seen, rules }),
    ),
  );
  const phones = people
    .slice(1)
    .map((userId, at) => createPhone({ scheduler, name: `phone${at + 2}`, ...signIn(userId), fronts, seen }));
  return { world, seen, people, chats, gateways, services, presences, fronts, devices, phones, token: tokenOfUser };
}
