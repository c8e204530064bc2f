/** What is written and not sent yet. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { friend } from '../support/friends.js';
import type { Stage } from './stage.js';

export function drafts(the: Stage): void {
  describe('what is not sent yet', () => {
    it('is there after a reload, with what it answers, and gone from the device when one signs out', async () => {
      const [ann, ben] = await Promise.all([the.member('Ann'), friend(the.url, 'Ben')]);
      const [found] = await ben.client.findPeople(ann.username);
      ben.client.send(await ben.client.openDirect(found?.id ?? ''), 'how are you?');
      const { page } = ann;
      const kept = () => page.evaluate("Object.keys(localStorage).filter(key => key.includes('draft/')).length");
      await ann.open('Ben');
      await ann.message('how are you?').hover();
      await page.getByRole('button', { name: 'Answer' }).click();
      const box = page.getByLabel('Message to Ben');
      await box.fill('fine, but');
      // Too soon for a pause in the typing.
      await page.reload();
      await until(async () => (await box.inputValue()) === 'fine, but');
      await page.locator('.answering').getByText('how are you?').waitFor();
      expect(await kept()).to.equal(1);
      await page.goto(the.url);
      await page.getByRole('link', { name: /Ben.*Draft: fine, but/ }).click();
      await page.getByRole('link', { name: /Ben.*how are you/ }).waitFor();
      await box.fill('fine, and you?');
      await page.keyboard.press('Enter');
      await until(async () => (await kept()) === 0);

      await box.fill('x'.repeat(100_000));
      await until(async () => (await kept()) === 1);
      const size = 'Math.max(...Object.values(localStorage).map(value => value.length))';
      expect(await page.evaluate(size), 'and no larger than it may be').to.be.below(20_000);
      await page.getByRole('button', { name: 'Settings', exact: true }).click();
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await ann.confirm('Sign out');
      await page.getByLabel('Password').waitFor();
      expect(await kept()).to.equal(0);
    });
  });
}
