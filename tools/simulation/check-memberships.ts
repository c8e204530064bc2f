/**
 * The oracle of memberships, which looks when all is well: who is let into a group hears so, and what is said in it from the
 * answer on; who is put out hears so.
 * Answers what was otherwise.
 */
import type { Cast } from './cast.js';
import { steadiness } from './check-presence.js';
import { createManager } from './clients/manager.js';
import type { Observations } from './clients/observations.js';
import { sleep, until } from './patience.js';

const HEARD_MS = 4_000;
/** News is a hint, on a network on which now and then something takes long: one group of these has to be told of all. */
const GROUPS = 3;
/** Long enough for a gateway to forget a room that nobody is in, or just not. */
const APART_MS = 800;

export async function untoldMembers(cast: Cast): Promise<string[]> {
  let untold = await comeAndGo(cast);
  for (let group = 2; untold.length > 0 && group <= GROUPS; group++) untold = await comeAndGo(cast);
  return untold;
}

/** Somebody is in a new group, is taken out of it and in again. */
async function comeAndGo({ world: { scheduler }, people, devices, fronts, seen, token }: Cast): Promise<string[]> {
  const [host = '', guest = ''] = people;
  const manager = createManager({ scheduler, token: token(host), fronts, seen });
  const steady = steadiness(devices);
  const chatId = await manager.create([guest]);

  const untold = (event: Observations['memberships'][number]['event'], times: number): Promise<string[]> => {
    const heard = (device: string): number =>
      seen.memberships.filter(news => news.device === device && news.event === event && news.chatId === chatId).length;
    return until(HEARD_MS, () =>
      devices
        .filter(device => device.userId === guest && steady(device) && heard(device.name) < times)
        .map(({ name }) => `told: ${name} did not hear ${event} of ${chatId.slice(-4)}`),
    );
  };
  const speaker = devices.find(device => device.userId === host && steady(device));
  /** What the host says right after an answer. */
  async function unheard(clientId: string): Promise<string[]> {
    if (!speaker) return [];
    await speaker.send(chatId, clientId, clientId);
    return until(HEARD_MS, () => {
      const live = seen.sights.filter(({ how, message }) => how === 'live' && message.clientId === clientId);
      const heard = new Set(live.map(({ device }) => device));
      return devices
        .filter(device => device.userId === guest && steady(device) && !heard.has(device.name))
        .map(({ name }) => `told: ${name} did not hear '${clientId}'`);
    });
  }

  const firstWord = await unheard(`welcome to ${chatId.slice(-4)}`);
  const asCreated = await untold('chat:created', 1);
  const absence = await manager.remove(chatId, guest);
  const asRemoved = await untold('chat:member-removed', 1);
  await sleep(scheduler.chance.between(0, APART_MS));
  await manager.addAgain(absence);
  const nextWord = await unheard(`welcome back to ${chatId.slice(-4)}`);
  return [...firstWord, ...asCreated, ...asRemoved, ...nextWord, ...(await untold('chat:created', 2))];
}
