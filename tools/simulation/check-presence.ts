/**
 * The oracle of presence, which looks while it lasts: everybody is shown to everybody who shares a chat with them as
 * they are, soon after all is well and soon after somebody went, with their gateway or without. Nobody is offline
 * because another device of theirs left. Answers what was otherwise.
 */
import type { PresenceOf } from '#functions/domain/model.js';
import type { Cast } from './cast.js';
import type { Device } from './clients/device.js';
import { until } from './patience.js';
import { SCALE } from './system/images.js';

/** As promised, and some time for a network on which now and then something takes three seconds. */
const HEALED_MS = 45_000 / SCALE + 6_000;
const TOLD_MS = 12_000;
const ANSWER_WITHIN_MS = 8_000;

type Online = (userId: string) => boolean;

/** Of a device, whether it is still on the connection that it is on now. */
export function steadiness(devices: readonly Device[]): (device: Device) => boolean {
  const connections = new Map(devices.map(device => [device, device.line.connection()]));
  return device => device.line.connection() === connections.get(device);
}

export const allOnline = ({ devices, people }: Cast): Promise<string[]> =>
  until(HEALED_MS, () => misshown(people, devices, () => true));

/** From now on: whom it is told that somebody has gone while a device of theirs stays on its connection. */
export function slander({ world, devices, seen }: Cast): () => string[] {
  const steady = steadiness(devices);
  const { now } = world.scheduler;
  const since = now();
  const stays = (userId: string) => devices.some(device => device.userId === userId && steady(device));
  return () =>
    seen.presence
      .filter(({ at, status, userId }) => at > since && status === 'offline' && stays(userId))
      .map(({ device, userId }) => `presence: ${device} was told that ${userId.slice(-4)} has gone, who is there`);
}

/** How each device is shown others, where that is not how they are. */
async function misshown(people: readonly string[], viewers: readonly Device[], online: Online): Promise<string[]> {
  const looks = viewers.map(async ({ line, name }) => {
    await line.connected();
    const answer = await line.ask('presence:get', { userIds: people }, ANSWER_WITHIN_MS);
    if (!answer?.ok) return [`presence: ${name} is not answered`];
    return (answer.data.presence as readonly PresenceOf[])
      .filter(({ userId, status }) => (status === 'online') !== online(userId))
      .map(({ userId, status }) => `presence: ${userId.slice(-4)} is shown ${status} to ${name}`);
  });
  return (await Promise.all(looks)).flat();
}

export async function departure({ world, people, gateways, devices, seen }: Cast): Promise<string[]> {
  const { scheduler, databaseServer } = world;
  const { chance, now } = scheduler;
  const [first, second] = [chance.pick(devices), chance.pick(devices)];
  const staying = devices.filter(device => device !== first && device !== second);
  const steady = steadiness(devices);
  const wentAt = now();
  const dying = chance.strikes(0.6) ? first.line.gateway() : undefined;
  scheduler.note(() => `${first.name} and ${second.name} leave${dying ? ', and their gateway dies' : ''}`);
  first.line.leave();
  second.line.leave();
  if (dying) gateways.find(gateway => gateway.front() === dying)?.kill();

  const online: Online = userId => staying.some(device => device.userId === userId);
  /** They have another device that was there all the time. */
  const stayed: Online = userId => staying.some(device => device.userId === userId && steady(device));
  const slandered = new Set<string>();
  const misseen = await until(HEALED_MS, async () => {
    const wrong = await misshown(people, staying, online);
    for (const userId of people.filter(stayed)) {
      const shown = wrong.find(each => each.includes(`${userId.slice(-4)} is shown offline`));
      if (shown) slandered.add(`${shown}, though another device of theirs stayed`);
    }
    return wrong;
  });

  const offline = () => seen.presence.filter(({ at, status }) => at > wentAt && status === 'offline');
  const heard = (name: string, userId: string): boolean =>
    offline().some(news => news.device === name && news.userId === userId);
  const acquainted = (device: Device, userId: string): boolean =>
    databaseServer.database.sharing(device.userId, [userId]).length > 0;
  const untold = await until(TOLD_MS, () =>
    people
      .filter(userId => !online(userId))
      .flatMap(userId =>
        staying
          .filter(device => steady(device) && acquainted(device, userId) && !heard(device.name, userId))
          .map(({ name }) => `presence: ${name} was not told that ${userId.slice(-4)} has gone`),
      ),
  );
  const lies = offline()
    .filter(({ userId }) => stayed(userId))
    .map(({ device, userId }) => `presence: ${device} was told that ${userId.slice(-4)} has gone, who has not`);
  return [...misseen, ...slandered, ...untold, ...lies];
}
