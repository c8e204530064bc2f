/** What the store of approaches promises: a sliding hour for each user, whoever asks and however many at once. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { LIMITS } from '#functions/domain/names.js';
import { minute, type World } from '../support/world.js';

const MOST = LIMITS.approachesAnHour;

export function approachesContract(world: () => World): void {
  describe('approaches', () => {
    it('counts so many within an hour, also when all come at once, and says from when on there may be more', async () => {
      const { approaches } = world();
      const user = randomUUID();
      const answers = await Promise.all(Array.from({ length: MOST + 15 }, () => approaches.take([user], minute(0))));
      expect(answers.filter(refused => refused.length === 0)).to.have.length(MOST);
      expect(await approaches.take([user], minute(59))).to.deep.equal([{ userId: user, until: minute(60) }]);
    });

    it('lets the window slide: each hour has its most, wherever it begins', async () => {
      const { approaches } = world();
      const user = randomUUID();
      for (let n = 0; n < MOST; n += 1) expect(await approaches.take([user], minute(n))).to.deep.equal([]);
      expect(await approaches.take([user], minute(59))).to.have.length(1);
      expect(await approaches.take([user], minute(60))).to.deep.equal([]);
      expect(await approaches.take([user], minute(60))).to.deep.equal([{ userId: user, until: minute(61) }]);
      expect(await approaches.take([user], minute(61))).to.deep.equal([]);
    });

    it('counts nobody when it is one too many for one of them', async () => {
      const { approaches } = world();
      const [full, free] = [randomUUID(), randomUUID()];
      for (let n = 0; n < MOST; n += 1) await approaches.take([full], minute(0));
      for (let n = 0; n < MOST; n += 1) {
        expect(await approaches.take([free, full], minute(1))).to.deep.equal([{ userId: full, until: minute(60) }]);
      }
      expect(await approaches.take([free], minute(1))).to.deep.equal([]);
      expect(await approaches.take([], minute(1))).to.deep.equal([]);
    });

    it('has no deadlock when the same people are named in any order', async () => {
      const { approaches } = world();
      const [one, two] = [randomUUID(), randomUUID()];
      const orders = Array.from({ length: 30 }, (_, n) => (n % 2 ? [one, two] : [two, one]));
      const answers = await Promise.all(orders.map(users => approaches.take(users, minute(0))));
      expect(answers.filter(refused => refused.length === 0)).to.have.length(MOST);
    });
  });
}
