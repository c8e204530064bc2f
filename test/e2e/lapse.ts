/**
 * A gateway dies without a word. Its users are offline when its lease has lapsed, those alone who have no other device.
 * The story goes on between the two halves, so that nobody sits waiting for the lease.
 */
import { expect } from 'chai';
import type { Deployment } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import type { Live } from '../support/live.js';
import { group, type Person, signUp } from '../support/people.js';
import type { Presence } from '../support/shapes.js';

const HEALED_MS = 45_000;

export function lapse(the: () => Deployment): { killed(): void; lapsed(): void } {
  let ann: Person;
  let ben: Person;
  let cem: Person;
  let anns: Live;
  let killedAt: number;

  const status = async (person: Person) =>
    (await ann.call<Presence>('GET', `/v1/users/${person.id}/presence`)).body.status;
  const heard = (person: Person) =>
    anns.heard<Presence>('presence:changed').flatMap(change => (change.userId === person.id ? [change.status] : []));

  return {
    killed: () =>
      describe('a gateway that is killed', () => {
        it('has Ben on it, and Cem, who is on another one, too', async () => {
          const dying = await the().start('gateway');
          const [one, two] = the().gateways;
          [ann, ben, cem] = await Promise.all([signUp(one, 'Ann'), signUp(one, 'Ben'), signUp(two, 'Cem')]);
          await group(ann, [ben, cem]);
          anns = await ann.connect();
          await Promise.all([ben.connect(dying.url), cem.connect(dying.url), cem.connect()]);
          await eventually('both are online', () => heard(ben).includes('online') && heard(cem).includes('online'));
          await dying.kill();
          killedAt = Date.now();
        });
      }),
    lapsed: () =>
      describe('a gateway that was killed', () => {
        it(`shows Ben offline within ${HEALED_MS / 1000} s, and Cem online all the time`, async function () {
          this.timeout(HEALED_MS + 10_000);
          const within = killedAt + HEALED_MS - Date.now();
          await eventually('Ben is offline', async () => (await status(ben)) === 'offline', { within });
          await eventually('Ann hears so', () => heard(ben).at(-1) === 'offline', { within });
          expect(await status(cem)).to.equal('online');
          expect(heard(cem)).to.not.include('offline');
          for (const person of [ann, ben, cem]) person.leave();
        });
      }),
  };
}
