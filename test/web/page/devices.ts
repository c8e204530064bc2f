/** One person, two devices. */
import { expect } from 'chai';
import { until } from '../../support/eventually.js';
import { sees } from '../support/visitor.js';
import type { Stage } from './stage.js';

export function devices(the: Stage): void {
  describe('somebody with two devices', () => {
    it('sees the same on both, and signs the other one out', async () => {
      const [phone, desk, ben] = await Promise.all([the.visitor('Ann'), the.visitor('Ann'), the.visitor('Ben')]);
      await Promise.all([phone.signUp(), ben.signUp()]);
      await desk.signIn(phone);
      await phone.find(ben.username);
      await phone.write('from the phone');
      await desk.open('Ben');
      await sees(desk, 'from the phone');
      await desk.write('from the desk');
      await sees(phone, 'from the phone', 'from the desk');

      await desk.page.getByRole('button', { name: 'Settings', exact: true }).click();
      await desk.page.getByText('this device').waitFor();
      await desk.page.getByRole('button', { name: /^Sign out ./ }).click();
      await desk.confirm('Sign it out');
      await phone.page.getByLabel('Password').waitFor();
      await phone.page.getByRole('status').getByText('You have been signed out').waitFor();
      expect(
        await phone.page.evaluate('Object.keys(localStorage).filter(key => key.startsWith("minitelegram/"))'),
        'only what lets the device sign in while others guess, and opens nothing by itself',
      ).to.deep.equal(['minitelegram/former']);
      await until(async () => (await desk.page.getByRole('button', { name: /^Sign out ./ }).count()) === 0);
      await desk.page.keyboard.press('Escape');
      await desk.page.getByRole('dialog').waitFor({ state: 'detached' });
      await desk.write('still here');
      await sees(desk, 'from the phone', 'from the desk', 'still here');
    });

    it('stays signed in after a reload, in the look that they chose, until they sign out', async () => {
      const ann = await the.visitor('Ann', { colorScheme: 'light' });
      await ann.signUp();
      const background = () => ann.page.evaluate('getComputedStyle(document.body).backgroundColor');
      const light = await background();
      await ann.page.getByRole('button', { name: 'Settings', exact: true }).click();
      await ann.page.getByText('Dark', { exact: true }).click();
      await until(async () => (await background()) !== light);
      const dark = await background();
      await ann.page.getByLabel('Your name').fill('Annie');
      await ann.page.getByRole('button', { name: 'Save' }).click();
      await ann.page.getByText('Saved.').waitFor();
      await ann.page.reload();
      await ann.page.getByText('Annie').first().waitFor();
      expect(await background()).to.equal(dark);

      await ann.page.getByRole('dialog', { name: 'Settings' }).waitFor();
      await ann.page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await ann.confirm('Sign out');
      await ann.page.getByLabel('Password').waitFor();
      expect(await ann.page.getByText('You have been signed out').count(), 'they know').to.equal(0);
      await ann.page.reload();
      await ann.page.getByLabel('Password').waitFor();
    });

    it('has one session in two tabs, which goes on when one of them closes', async () => {
      const [ann, ben] = await Promise.all([the.member('Ann'), the.member('Ben')]);
      const second = await ann.page.context().newPage();
      await second.goto(the.url);
      await second.getByText(`@${ann.username}`).waitFor();
      await ben.find(ann.username);
      await ben.write('to both tabs');
      for (const tab of [ann.page, second]) await tab.getByRole('link', { name: /to both tabs/ }).waitFor();
      await ann.page.close();
      await ben.write('to the other tab');
      await second.getByRole('link', { name: /to the other tab/ }).waitFor();
    });
  });
}
