/** What people do while things go wrong: they write, change what was written, make a group, and take somebody out of groups and in again. */
import type { Change } from '../../web/client/state.js';
import type { Cast } from './cast.js';
import type { Device } from './clients/device.js';
import { createManager } from './clients/manager.js';
import type { Phone } from './clients/phone.js';
import { sleep } from './patience.js';

const LAST_WORD_MS = 10_000;
const MOST_WORDS = 14;
const LAST_CHANGE_MS = 11_000;
const MOST_CHANGES = 16;
/** One order of code points, and another one of JavaScript's strings. */
const EMOJI = ['👍', '❤️', '⛹🏻', '⛹️', '🔥'];

/** Resolves when everybody is done with what they had to do, however long it takes. */
export async function story({
  world: { scheduler },
  seen,
  people,
  chats,
  fronts,
  devices,
  phones,
  gateways,
  token,
}: Cast): Promise<void> {
  const { chance } = scheduler;
  const [owner = '', founder = '', leaver = '', guest = ''] = people;

  async function write(device: Device): Promise<void> {
    const sending: Promise<void>[] = [];
    for (let said = 0; scheduler.now() < LAST_WORD_MS && said < MOST_WORDS; ) {
      await sleep(chance.strikes(0.3) ? chance.between(0, 20) : chance.between(100, 1_800));
      const chatId = chance.pick(chats);
      for (let burst = chance.strikes(0.3) ? 4 : 1; burst > 0; burst--) {
        const clientId = `${device.name} ${++said}`;
        sending.push(device.send(chatId, clientId, `${clientId}: ${'☃'.repeat(chance.below(4))}`));
      }
    }
    await Promise.all(sending);
  }

  /** People change what they see: mostly the newest, where others do the same, and now and then what they may not. */
  async function change(device: Device): Promise<void> {
    for (let done = 0; scheduler.now() < LAST_CHANGE_MS && done < MOST_CHANGES; ) {
      await sleep(chance.strikes(0.4) ? chance.between(0, 60) : chance.between(100, 2_000));
      const held = device.held(chance.pick(chats)).filter(({ hidden }) => !hidden);
      const near = chance.strikes(0.6) ? held.slice(-4) : held;
      if (near.length === 0) continue;
      done += 1;
      // A message that its sender takes for lost goes again, whatever has become of it meanwhile.
      if (chance.strikes(0.08)) await device.sendAgain(chance.pick(held));
      device.change(chance.pick(near), wanted(`${device.name} says otherwise ${done}`));
    }
    await device.changed();
  }

  function wanted(body: string): Change {
    const kind = chance.next();
    if (kind < 0.45) return { kind: 'react', emoji: chance.pick(EMOJI), on: chance.strikes(0.65) };
    if (kind < 0.7) return { kind: 'edit', body };
    if (kind < 0.85) return { kind: 'pin', on: chance.strikes(0.6) };
    return { kind: 'delete', scope: chance.strikes(0.6) ? 'all' : 'me' };
  }

  async function manage(userId: string, its: readonly string[], times: number): Promise<void> {
    const manager = createManager({ scheduler, token: token(userId), fronts, seen });
    for (let time = 0; time < times; time++) {
      await sleep(chance.between(500, 4_000));
      if (chance.strikes(0.3)) {
        cutPublishers();
        return manager.tryToRemove(chance.pick(its), guest);
      }
      const absence = await manager.remove(chance.pick(its), guest);
      await sleep(chance.between(500, 4_000));
      if (chance.strikes(0.3)) return;
      if (chance.strikes(0.4)) {
        cutPublishers(0.8);
        return manager.dispute(absence);
      }
      await manager.addAgain(absence);
    }
  }

  /** Now and then the gateways cannot tell each other what happens next, however soon they are connected again. */
  function cutPublishers(probability = 0.3): void {
    if (!chance.strikes(probability)) return;
    for (let ms = 0; ms < 40; ms += chance.between(2, 12)) {
      setTimeout(() => {
        for (const gateway of gateways) gateway.redis()[0]?.cut();
      }, ms);
    }
  }

  async function signOut(phone: Phone): Promise<void> {
    await sleep(chance.between(500, 9_000));
    // Some sign out in the middle of a handshake.
    if (chance.strikes(0.5)) {
      phone.line.cut();
      await phone.line.connecting();
      await sleep(chance.between(0, 8));
    }
    const manager = createManager({ scheduler, token: phone.token, fronts, seen });
    cutPublishers();
    await manager.signOut(phone.sessionId, { once: chance.strikes(0.5) });
  }

  /** Tries once to leave a group, and does not care what came of it. */
  async function leave(its: readonly string[]): Promise<void> {
    if (chance.strikes(0.5)) return;
    await sleep(chance.between(500, 8_000));
    cutPublishers();
    await createManager({ scheduler, token: token(leaver), fronts, seen }).tryToRemove(chance.pick(its), leaver);
  }

  async function found(): Promise<void> {
    await sleep(chance.between(100, 6_000));
    const manager = createManager({ scheduler, token: token(founder), fronts, seen });
    const chatId = await manager.create(people.filter(userId => userId !== founder));
    chats.push(chatId);
    await manage(founder, [chatId], chance.below(2));
  }

  await Promise.all([
    ...devices.map(write),
    ...devices.map(change),
    manage(owner, [...chats], chance.below(3)),
    found(),
    leave([...chats]),
    ...phones.map(signOut),
  ]);
}
