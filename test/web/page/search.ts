/** People are searched for, while the answer takes its time. */
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { until } from '../../support/eventually.js';
import { signUp } from '../../support/people.js';
import type { Stage } from './stage.js';

export function search(the: Stage): void {
  /** Lets no search through until `release` is called. */
  async function hold(page: Page): Promise<{ asked(): number; release(): Promise<void> }> {
    let open = () => {};
    const released = new Promise<void>(done => {
      open = done;
    });
    let count = 0;
    await page.route('**/v1/users?query=*', async route => {
      count += 1;
      await released;
      await route.continue();
    });
    return {
      asked: () => count,
      async release() {
        open();
        await page.unrouteAll({ behavior: 'wait' });
      },
    };
  }

  describe('who searches for people', () => {
    it('never sees those who were found for other words', async () => {
      const ann = await the.member('Ann');
      const [ben, cem] = await Promise.all(['Ben', 'Cem'].map(name => signUp(the.url, name)));
      if (!ben || !cem) throw new Error('somebody is missing');
      const { page } = ann;
      const box = page.getByLabel('Search conversations and people');
      const people = page.getByRole('region', { name: 'People' });
      const row = ({ username }: { username: string }) =>
        people.getByRole('button').filter({ hasText: `@${username}` });
      await box.fill(ben.username.slice(0, -1));
      await row(ben).waitFor();

      const line = await hold(page);
      await box.fill(ben.username);
      await until(() => line.asked() === 1);
      expect(await row(ben).count(), 'who still fits stays').to.equal(1);
      await box.fill(cem.username);
      await until(() => line.asked() === 2);
      expect(await people.getByRole('button').count(), 'nobody else').to.equal(0);
      await people.getByRole('status').getByText('Searching…').waitFor();
      await line.release();
      await row(cem).waitFor();
      expect(await people.getByText('Searching…').count()).to.equal(0);

      await page.getByRole('button', { name: 'New group' }).click();
      await page.getByLabel('Find people').fill(ben.username);
      await page.getByRole('checkbox', { name: 'Ben' }).waitFor();
      const other = await hold(page);
      await page.getByLabel('Find people').fill(cem.username);
      await until(() => other.asked() === 1);
      expect(await page.getByRole('checkbox').count(), 'nobody else can be chosen').to.equal(0);
      await other.release();
      await page.getByRole('checkbox', { name: 'Cem' }).waitFor();
    });
  });
}
