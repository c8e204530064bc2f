/**
 * The end, when everything has been well for a while: everybody is online and hears what is said, is brought up to
 * date, and looks at their chats; then some go. Answers what was not as promised; what people saw is for the oracle.
 */
import type { Chat } from '#functions/domain/model.js';
import type { Cast } from './cast.js';
import { untoldMembers } from './check-memberships.js';
import { misplaced } from './check-places.js';
import { allOnline, departure, slander, steadiness } from './check-presence.js';
import type { Device } from './clients/device.js';
import { sleep, until, whenever } from './patience.js';

/** How soon service is back after the last fault. */
const BACK_MS = 15_000;
/** Rooms may still be asked for when everything is up again: whoever missed a word hears the next one. */
const WORDS = 3;
const HEARD_MS = 4_000;
const ASK_AGAIN_MS = 8_000;
/** The queues that are consumed here. */
const CONSUMED = /^chat\.(?:messages|changes).*\d$|^chat\.messages\.delivered$|^read\.receipts$|^presence\.events$/;

export async function ending(cast: Cast): Promise<readonly string[]> {
  const { world, devices, phones, people, gateways, services, presences } = cast;
  const { broker, databaseServer } = world;
  /** What was only accepted is safe in a queue, and comes to its place in time. */
  const settled = () => whenever(() => broker.unsettled(CONSUMED) === 0);

  const away = await until(BACK_MS, () =>
    [...gateways, ...services, ...presences].filter(each => !each.ready()).map(({ name }) => `live: ${name} is not up`),
  );
  await Promise.all(devices.map(({ line }) => line.connected()));
  const elsewhere = await misplaced(cast);
  for (const { line } of phones) line.leave();
  const misseen = await allOnline(cast);
  const slandered = slander(cast);
  await settled();
  const untold = await untoldMembers(cast);
  let unheard = await closingWords(cast, 1);
  for (let word = 2; unheard.length > 0 && word <= WORDS; word++) unheard = await closingWords(cast, word);
  await settled();
  await Promise.all(devices.map(device => device.catchUp().then(device.catchUp)));
  await Promise.all(devices.map(device => device.rest()));
  await settled();
  for (const device of devices) device.settle();
  await Promise.all(
    people.flatMap(userId => databaseServer.database.idsOf(userId).map(chatId => view(cast, userId, chatId))),
  );
  return [...away, ...elsewhere, ...misseen, ...untold, ...unheard, ...slandered(), ...(await departure(cast))];
}

/** In each chat somebody says a last word, and says it otherwise; each device of a member that keeps its connection hears both. */
async function closingWords({ world, devices, chats, seen }: Cast, word: number): Promise<string[]> {
  const { database } = world.databaseServer;
  const steady = steadiness(devices);
  const inside = (chatId: string) => devices.filter(({ userId }) => database.idsOf(userId).includes(chatId));
  const words = chats.map(chatId => ({
    chatId,
    clientId: `the end of ${chatId.slice(-4)} ${word}`,
    listeners: inside(chatId),
  }));
  await Promise.all(
    words.map(({ chatId, clientId, listeners: [speaker] }) => speaker?.send(chatId, clientId, 'the end')),
  );
  await Promise.all(words.map(({ chatId, clientId, listeners: [speaker] }) => changed(chatId, clientId, speaker)));
  return until(HEARD_MS, () => {
    const live = new Set(
      seen.sights.flatMap(({ how, device, message: { clientId, rev } }) =>
        how === 'live' ? `${device} ${clientId} ${rev > 0}` : [],
      ),
    );
    return words.flatMap(({ clientId, listeners }) =>
      listeners
        .filter(steady)
        .flatMap(({ name }) => [
          ...(live.has(`${name} ${clientId} false`) ? [] : [`told: ${name} did not hear '${clientId}'`]),
          ...(live.has(`${name} ${clientId} true`) ? [] : [`told: ${name} did not hear that '${clientId}' changed`]),
        ]),
    );
  });
}

async function changed(chatId: string, clientId: string, speaker?: Device): Promise<void> {
  const said = () => speaker?.held(chatId).findLast(each => each.clientId === clientId);
  await until(HEARD_MS, () => (said() ? [] : [clientId]));
  const message = said();
  if (!message) return;
  speaker?.change(message, { kind: 'edit', body: `${message.body}.` });
  await speaker?.changed();
}

/** Asks any gateway for the chat until one answers. */
async function view({ world, fronts, seen, token }: Cast, userId: string, chatId: string): Promise<void> {
  for (;;) {
    const chat = await new Promise<Chat | undefined>(resolve => {
      setTimeout(resolve, ASK_AGAIN_MS, undefined);
      const front = world.scheduler.chance.pick(fronts());
      front.request(token(userId), 'GET /v1/chats/:chatId', { chatId }, answer =>
        resolve(answer.ok ? (answer.data as unknown as Chat) : undefined),
      );
    });
    if (chat) return void seen.views.push({ userId, chat });
    await sleep(100);
  }
}
